/**
 * The byte order mark that some services write before UTF-8.
 *
 * @see {@link https://encoding.spec.whatwg.org/#utf-8-decode}
 * @module
 */

const MARK = [0xef, 0xbb, 0xbf] as const;

/** The bytes after the mark, as a view; the same bytes if there is no mark. */
export function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return MARK.every((byte, at) => bytes[at] === byte) ? bytes.subarray(MARK.length) : bytes;
}

/** Whether the bytes may be the beginning of a mark. */
export function beginsByteOrderMark(bytes: Uint8Array): boolean {
  return bytes.length < MARK.length && bytes.every((byte, at) => byte === MARK[at]);
}
