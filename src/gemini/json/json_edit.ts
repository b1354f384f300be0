/**
 * Changes a few places of a JSON text and leaves every other byte as it came: numbers that a parser
 * would round, the order of members, white space.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text.ts";

/** One change. */
export interface JsonEdit {
  /** Where, as an index into the bytes. */
  readonly at: number;
  /** How many bytes go. */
  readonly remove: number;
  /** What comes in their place. */
  readonly insert: string;
}

/**
 * The bytes with all edits made.
 *
 * @param bytes UTF-8; not changed.
 * @param edits In the order of their places; none overlaps another.
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
