/**
 * Decodes the text of a file written by any editor or shell.
 *
 * @module
 */

/**
 * Decodes a text: UTF-8, or UTF-16 if it begins with UTF-16's byte order mark, as Notepad and Windows
 * PowerShell write it. The byte order mark is removed.
 *
 * @param bytes The whole file; invalid UTF-8 is replaced, as `Deno.readTextFile()` does.
 */
export function decodedText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder().decode(bytes);
}
