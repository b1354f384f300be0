/**
 * The byte order mark that some services write before UTF-8.
 *
 * @see {@link https://encoding.spec.whatwg.org/#utf-8-decode}
 * @module
 */

const MARK = [0xef, 0xbb, 0xbf] as const;

/** The bytes behind the mark, as a view; the same bytes where there is none. */
export function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return MARK.every((byte, at) => bytes[at] === byte) ? bytes.subarray(MARK.length) : bytes;
}

/** Whether the bytes may become a mark once more of them have come. */
export function beginsByteOrderMark(bytes: Uint8Array): boolean {
  return bytes.length < MARK.length && bytes.every((byte, at) => byte === MARK[at]);
}
