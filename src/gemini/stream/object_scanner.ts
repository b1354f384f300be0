/**
 * Finds the end of a JSON object in a text that arrives in pieces, so that it can be read before the connection
 * closes.
 *
 * @module
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Finds the end of the first object of one text; text before the object is ignored. */
export class ObjectScanner {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /**
   * Scans the next piece of the text.
   *
   * @param piece UTF-8 bytes; may start and end anywhere, inside a character too.
   * @returns The index after the brace that closes the object; `undefined` if the object has not ended.
   */
  scan(piece: Uint8Array): number | undefined {
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === QUOTE) this.#isInString = !this.#isInString;
      else if (this.#isInString) this.#isEscaped = byte === BACKSLASH;
      else if (byte === OPEN_BRACE) this.#depth++;
      else if (byte === CLOSE_BRACE && --this.#depth === 0) return at + 1;
    }
    return undefined;
  }
}
