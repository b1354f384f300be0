/**
 * Errors for text that is not read as JSON.
 *
 * @module
 */

/** The place and reason of a syntax error. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  /** Index of the unexpected byte; the text's length if it ends too soon. */
  readonly at: number;

  /** @param message As in "a value is expected". */
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The text is JSON, but exceeds a limit. */
export class JsonLimitError extends JsonSyntaxError {}

/** The bytes are not text. */
export class JsonNotTextError extends JsonSyntaxError {}
