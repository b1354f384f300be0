/**
 * Reads single fields of a request of OpenAI's API. Null counts as absent. A number may be written as text, as it is
 * in forms.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { invalidField } from "../shared/invalid_field.ts";

/** Longest value that a message quotes, in characters. */
const LONGEST_QUOTE = 60;

/**
 * A text that has to be there.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it is absent, empty, or no text.
 */
export function textField(body: JsonObject, name: string): string {
  const text = optionalText(body, name);
  if (!text) throw invalidField(name, `"${name}" is missing: it is required`);
  return text;
}

/**
 * A text; undefined if it is absent.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it is no text.
 */
export function optionalText(body: JsonObject, name: string): string | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalidField(name, `"${name}" must be a text`);
}

/**
 * One of some words; undefined if it is absent.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it is another word.
 */
export function wordField<Word extends string>(
  body: JsonObject,
  { name, words }: { readonly name: string; readonly words: readonly Word[] },
): Word | undefined {
  const value = optionalText(body, name);
  const word = words.find((one) => one === value);
  if (word !== undefined || value === undefined) return word;
  throw invalidField(
    name,
    `"${name}" cannot be ${quoted(value)}: use ${words.map((one) => `"${one}"`).join(" or ")}`,
  );
}

/** A number and its bounds. */
export interface BoundedField {
  readonly name: string;
  readonly least: number;
  /** Default: none. */
  readonly most?: number;
}

/**
 * A whole number; undefined if it is absent.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it is none, or out of bounds.
 */
export function integerField(body: JsonObject, bounds: BoundedField): number | undefined {
  const { name } = bounds;
  const value = numberField(body, bounds);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw invalidField(name, `"${name}" must be a whole number`);
}

/**
 * A number; undefined if it is absent.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it is none, or out of bounds.
 */
export function numberField(
  body: JsonObject,
  { name, least, most = Infinity }: BoundedField,
): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && number >= least && number <= most) return number;
  const range = most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`;
  throw invalidField(name, `"${name}" must be a number ${range}`);
}

/**
 * A yes or no; undefined if it is absent.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it is neither.
 */
export function booleanField(body: JsonObject, name: string): boolean | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw invalidField(name, `"${name}" must be true or false`);
}

/** A client's value in double quotes, cut short. */
export function quoted(value: string): string {
  return JSON.stringify(value.slice(0, LONGEST_QUOTE));
}
