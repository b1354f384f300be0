/**
 * Cuts texts to a length in bytes.
 *
 * @module
 */
import { utf8Bytes } from "./text.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The beginning of a text that takes at most so many bytes of UTF-8; no character is cut in two.
 *
 * `TextEncoder.encodeInto()` cannot tell: once compiled, Deno 2.7 gives a wrong `read`.
 *
 * @param text The text.
 * @param most Most bytes.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cutText } from "./cut_text.ts";
 *
 * assert.equal(cutText("naïve", 3), "na");
 * ```
 */
export function cutText(text: string, most: number): string {
  // Each unit of a string takes at least one byte.
  const bytes = utf8Bytes(text.slice(0, most));
  if (bytes.length <= most && text.length <= most) return text;
  let end = most;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}
