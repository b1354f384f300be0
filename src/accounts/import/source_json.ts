/**
 * JSON that other programs wrote.
 *
 * @module
 */
import { isJsonObject, type JsonObject, parsedObject } from "../../base/json.ts";
import { AccountError } from "../account_error.ts";
import type { SourceFile } from "./import_format.ts";

/**
 * Parses a JSON object.
 *
 * @throws {AccountError} for anything else, without quoting the text.
 */
export function requireMembers(text: string): JsonObject {
  const members = parsedObject(text);
  if (members === undefined) throw new AccountError("It is not a JSON object");
  return members;
}

/** The JSON object of a source with exactly one file; undefined for any other source. */
export function onlyMembers(files: readonly SourceFile[]): JsonObject | undefined {
  const [file, ...others] = files;
  return others.length === 0 && file !== undefined ? parsedObject(file.text) : undefined;
}

/** A member that is a text and not empty. */
export function textMember(members: JsonObject, name: string): string | undefined {
  const value = members[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** A member that is an object; an empty object if there is none. */
export function objectMember(members: JsonObject, name: string): JsonObject {
  const value = members[name];
  return isJsonObject(value) ? value : {};
}
