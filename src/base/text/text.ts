/**
 * Text as UTF-8, with a shared encoder and decoder, which keep no state between two complete texts.
 *
 * @module
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a text in UTF-8. */
export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text of bytes in UTF-8, without a byte order mark; U+FFFD stands for what is not UTF-8. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
