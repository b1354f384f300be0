/**
 * The encoding of every value in the database: JSON text as bytes. Deno KV serializes other values with
 * V8's serializer, whose output an older Deno may not be able to read; it stores bytes unchanged.
 *
 * @module
 */
import { parsedJson } from "../../base/json.ts";
import { MOST_ROW_BYTES, RowTooLarge } from "../../base/stored/row_too_large.ts";
import { utf8Bytes } from "../../base/text/text.ts";

/** Encodes a value of JSON's types as bytes. */
export function encodeValue(value: unknown): Uint8Array {
  return utf8Bytes(JSON.stringify(value));
}

/**
 * Encodes a row whose size depends on what users give.
 *
 * @throws {RowTooLarge} if the database stores no value of that size.
 */
export function encodeRow(value: unknown): Uint8Array {
  const bytes = encodeValue(value);
  if (bytes.length > MOST_ROW_BYTES) throw new RowTooLarge(bytes.length);
  return bytes;
}

/**
 * Decodes the bytes of a value.
 *
 * @returns Undefined when it is not JSON in bytes, as when another program wrote it.
 */
export function decodeValue(bytes: unknown): unknown {
  return bytes instanceof Uint8Array ? parsedJson(bytes) : undefined;
}
