/**
 * Keys as Deno KV orders them: each part as UTF-8 between the bytes 2 and 0, a 0 within it as 0 and 255.
 * Of the kinds of parts that Deno KV has, Pollux uses text only.
 *
 * @see {@link https://github.com/denoland/denokv/blob/main/proto/codec.rs}
 * @module
 */
import { utf8Bytes, utf8Text } from "../../base/text.ts";
import { StoreError } from "../store_error.ts";

const TEXT = 2;
const END = 0;
const ESCAPE = 255;

/**
 * A key as bytes.
 *
 * @throws {TypeError} when a part is no text.
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
 * The key in such bytes.
 *
 * @throws {StoreError} when they are none, or have parts that are no text.
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
