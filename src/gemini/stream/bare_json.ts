/**
 * Splits JSON that arrives in pieces into its objects: one object, several in a row, or an array.
 *
 * @module
 */
import { isSpace } from "../json/json_bytes.ts";
import { ObjectScanner } from "./object_scanner.ts";

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;

/** One span of a piece of the text. */
export type BareSpan =
  /** A part of an object, up to `end`; `isLast` if the object ends there. */
  | { readonly type: "object"; readonly end: number; readonly isLast: boolean }
  /** The piece was read to its end, between two objects. */
  | { readonly type: "between" }
  /** Other text starts at `end`. */
  | { readonly type: "other"; readonly end: number };

/** The state between two pieces. */
export class BareJson {
  #object: ObjectScanner | undefined;
  #isArrayOpen: boolean;
  /** Index in the piece at which the next span starts. */
  start = 0;

  /** @param isArray Whether an array's opening bracket has been read. */
  constructor(isArray: boolean) {
    this.#isArrayOpen = isArray;
  }

  /** Whether the text may end here. */
  get isWhole(): boolean {
    return this.#object === undefined && !this.#isArrayOpen;
  }

  /**
   * Returns the next span of a piece, and sets {@linkcode start} to where its bytes start.
   *
   * @param piece UTF-8 bytes.
   */
  next(piece: Uint8Array): BareSpan {
    if (this.#object === undefined) {
      while (this.#isBetween(piece[this.start])) this.start++;
      if (this.start >= piece.length) return { type: "between" };
      if (piece[this.start] !== OPEN_BRACE) return { type: "other", end: this.start };
      this.#object = new ObjectScanner();
    }
    const length = this.#object.scan(piece.subarray(this.start));
    if (length === undefined) return { type: "object", end: piece.length, isLast: false };
    this.#object = undefined;
    return { type: "object", end: this.start + length, isLast: true };
  }

  /** Whether a byte may occur between objects: white space, or an array's punctuation. */
  #isBetween(byte: number | undefined): boolean {
    if (byte === OPEN_BRACKET) this.#isArrayOpen = true;
    else if (byte === CLOSE_BRACKET) this.#isArrayOpen = false;
    else return byte === COMMA || isSpace(byte);
    return true;
  }
}
