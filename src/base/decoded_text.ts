/**
 * The text of a file that some editor or shell wrote.
 *
 * @module
 */

/**
 * Decodes a text: UTF-8, or UTF-16 where it begins with that one's byte order mark, as Notepad and
 * Windows PowerShell write it. No byte order mark is left.
 *
 * @param bytes The whole file; what is not UTF-8 is replaced, as `Deno.readTextFile()` does.
 */
export function decodedText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder().decode(bytes);
}
