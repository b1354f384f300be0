/**
 * Changes a few places of a JSON text and leaves every other byte unchanged: numbers that a parser would round,
 * the order of members, white space.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";

/** One change. */
export interface JsonEdit {
  /** Position, as an index into the bytes. */
  readonly at: number;
  /** How many bytes are removed. */
  readonly remove: number;
  /** The text inserted in their place. */
  readonly insert: string;
}

/**
 * The bytes with all edits applied.
 *
 * @param bytes UTF-8; not changed.
 * @param edits Ordered by position; none overlaps another.
 */
export function withEdits(bytes: Uint8Array, edits: readonly JsonEdit[]): Uint8Array {
  const pieces = edits.map(({ insert }) => utf8Bytes(insert));
  const grown = pieces.reduce((sum, { length }) => sum + length, 0);
  const shrunk = edits.reduce((sum, { remove }) => sum + remove, 0);
  const edited = new Uint8Array(bytes.length + grown - shrunk);
  let from = 0;
  let to = 0;
  function copy(piece: Uint8Array): void {
    edited.set(piece, to);
    to += piece.length;
  }
  for (const [nth, { at, remove }] of edits.entries()) {
    copy(bytes.subarray(from, at));
    copy(pieces[nth] ?? NOTHING);
    from = at + remove;
  }
  copy(bytes.subarray(from));
  return edited;
}

const NOTHING = new Uint8Array();
