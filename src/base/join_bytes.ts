/**
 * Joins pieces of bytes.
 *
 * @module
 */

/** The pieces, concatenated; a single piece is not copied. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [first = NOTHING] = pieces;
  if (pieces.length < 2) return first;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const NOTHING = new Uint8Array();
