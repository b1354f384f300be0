/**
 * The fields of a form as an object, so that they are checked as those of a JSON body are.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { invalidField } from "../shared/fields/invalid_field.ts";
import type { FormBody } from "./form_body.ts";

/**
 * The fields that are no files. A name that ends in `[]` is a list, under the name without it.
 *
 * @throws {RpcError} INVALID_ARGUMENT if a field that is no list occurs twice.
 */
export function formFields({ fields }: FormBody): JsonObject {
  const values = new Map<string, string | string[]>();
  for (const [name, text] of fields) {
    const isList = name.endsWith("[]");
    const key = isList ? name.slice(0, -2) : name;
    const before = values.get(key);
    if (isList && Array.isArray(before)) before.push(text);
    else if (before !== undefined) throw invalidField(key, `The form has "${key}" twice`);
    else values.set(key, isList ? [text] : text);
  }
  return Object.fromEntries(values);
}
