/**
 * Why a text is not read as JSON.
 *
 * @module
 */

/** Where a text breaks, and why. */
export class JsonBreak extends Error {
  override readonly name = "JsonBreak";
  /** Index of the byte that may not stand there; the text's length where it ends too soon. */
  readonly at: number;

  /** @param message As in "a value is expected". */
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The text is JSON, but holds more than is taken. */
export class JsonExcess extends JsonBreak {}

/** The bytes are no text. */
export class JsonNoText extends JsonBreak {}
