/**
 * The encoding of Deno KV's keys, which preserves their order: each part is UTF-8 between the bytes 2
 * and 0, with a 0 in it encoded as 0 and 255. Of Deno KV's types of parts, Pollux uses only text.
 *
 * @see {@link https://github.com/denoland/denokv/blob/main/proto/codec.rs}
 * @module
 */
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import { StoreError } from "../store_error.ts";

const TEXT = 2;
const END = 0;
const ESCAPE = 255;

/**
 * Encodes a key as bytes.
 *
 * @throws {TypeError} when a part is not text.
 */
export function packKey(key: Deno.KvKey): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const part of key) {
    if (typeof part !== "string") throw new TypeError("The parts of a key must be text");
    bytes.push(TEXT);
    for (const byte of utf8Bytes(part)) {
      bytes.push(byte);
      if (byte === END) bytes.push(ESCAPE);
    }
    bytes.push(END);
  }
  return new Uint8Array(bytes);
}

/**
 * Decodes a key.
 *
 * @throws {StoreError} when the bytes are not a key, or a part is not text.
 */
export function unpackKey(bytes: Uint8Array): readonly string[] {
  const key: string[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at++] !== TEXT) throw new StoreError("The store holds a key that is not Pollux's");
    const part: number[] = [];
    while (at < bytes.length && (bytes[at] !== END || bytes[at + 1] === ESCAPE)) {
      const byte = bytes[at] ?? END;
      part.push(byte);
      at += byte === END ? 2 : 1;
    }
    at++;
    key.push(utf8Text(new Uint8Array(part)));
  }
  return key;
}
