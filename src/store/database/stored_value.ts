/**
 * The form of every value in the database: JSON text as bytes. Deno KV would otherwise keep V8's own
 * serialisation, which an older Deno cannot read when a newer one wrote it; bytes it keeps as they are.
 *
 * @module
 */
import { parsedJson } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text.ts";

/** A value of JSON's types as bytes. */
export function encodeValue(value: unknown): Uint8Array {
  return utf8Bytes(JSON.stringify(value));
}

/**
 * The value in bytes from the database.
 *
 * @returns Undefined when it is no JSON, or was written by something else.
 */
export function decodeValue(bytes: unknown): unknown {
  return bytes instanceof Uint8Array ? parsedJson(bytes) : undefined;
}
