/**
 * JSON that other programs wrote.
 *
 * @module
 */
import { AccountError } from "../account_error.ts";

/** A JSON object of unknown members. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/** The JSON object that a text holds; undefined for anything else. */
export function membersOf(text: string): JsonMembers | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The JSON object that a text holds.
 *
 * @throws {AccountError} for anything else, without a word of the text.
 */
export function requireMembers(text: string): JsonMembers {
  const members = membersOf(text);
  if (members === undefined) throw new AccountError("It is no JSON object");
  return members;
}

/** Whether a value is a JSON object. */
export function isMembers(value: unknown): value is JsonMembers {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that is a text with something in it. */
export function textMember(members: JsonMembers, name: string): string | undefined {
  const value = members[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** A member that is an object; an empty one where there is none. */
export function objectMember(members: JsonMembers, name: string): JsonMembers {
  const value = members[name];
  return isMembers(value) ? value : {};
}
