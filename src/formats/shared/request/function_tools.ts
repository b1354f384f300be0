/**
 * The functions of a request: their names, their declarations, and whether the model has to call one.
 *
 * @see {@link https://ai.google.dev/api/caching#FunctionDeclaration}
 * @module
 */
import { hash } from "node:crypto";
import { defined } from "../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { nativeSchema } from "./json_schema.ts";

/** The names that Google accepts. */
const NATIVE_NAME = /^[A-Za-z_][\w.:-]{0,63}$/;

/** Most characters of a name that stay when it is replaced: with the digest there are 64. */
const LONGEST_KEPT = 55;

/**
 * The names of one request's functions. A name that Google refuses is replaced by one that stands for it, always the
 * same one, and put back in the response.
 */
export class FunctionNames {
  readonly #client = new Map<string, string>();

  /** The name for Google of a function of the client. */
  toNative(name: string): string {
    if (NATIVE_NAME.test(name)) return name;
    const kept = name.slice(0, LONGEST_KEPT - 1).replace(/[^\w.:-]/g, "_");
    const digest = hash("sha256", name, "hex").slice(0, 8);
    const native = `${/^[A-Za-z_]/.test(kept) ? "" : "_"}${kept}_${digest}`;
    this.#client.set(native, name);
    return native;
  }

  /** The client's name of a function that the model calls. */
  toClient(name: string): string {
    return this.#client.get(name) ?? name;
  }
}

/** A function as clients declare it. */
export interface DeclaredFunction {
  /** From {@linkcode FunctionNames.toNative}. */
  readonly name: string;
  readonly description?: string | undefined;
  /** The JSON Schema of its parameters. */
  readonly schema?: JsonObject | undefined;
  /** The field that holds the schema, for errors. */
  readonly field?: string;
}

/** The native declaration. A schema without properties is left out. */
export function functionDeclaration(
  { name, description, schema, field }: DeclaredFunction,
): JsonObject {
  const parametersJsonSchema = schema === undefined || isEmpty(schema)
    ? undefined
    : nativeSchema(schema, field);
  return { name, ...defined({ description: description || undefined, parametersJsonSchema }) };
}

/** Whether the model may or has to call functions. */
export interface FunctionChoice {
  /** `any`: it has to call one; `none`: it may not. */
  readonly mode: "auto" | "none" | "any";
  /** The only functions that it may call, by their native names. */
  readonly names?: readonly string[] | undefined;
}

/** The native `functionCallingConfig`. With mode `auto`, Google takes names only as `VALIDATED`. */
export function functionCallingConfig({ mode, names }: FunctionChoice): JsonObject {
  const isLimited = names !== undefined && names.length > 0;
  const native = mode === "auto" && isLimited ? "VALIDATED" : mode.toUpperCase();
  return { mode: native, ...(isLimited ? { allowedFunctionNames: names } : {}) };
}

function isEmpty(schema: JsonObject): boolean {
  for (const name in schema) {
    const value = schema[name];
    const isNothing = value === undefined || value === null || name === "$schema" ||
      name === "strict" || name === "additionalProperties" ||
      (name === "type" && value === "object") ||
      (name === "properties" && isJsonObject(value) && Object.keys(value).length === 0) ||
      (name === "required" && Array.isArray(value) && value.length === 0);
    if (!isNothing) return false;
  }
  return !isJsonObject(schema.additionalProperties) && schema.additionalProperties !== true;
}
