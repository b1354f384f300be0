/**
 * The error for a record that is too large to be stored.
 *
 * @module
 */

/** Most bytes of a row. Deno KV, embedded or shared, stores no longer value. */
export const MOST_ROW_BYTES = 65_536;

/** Thrown when a row would be too large; nothing is changed then. Its message is for the user. */
export class RowTooLarge extends Error {
  override readonly name = "RowTooLarge";

  /** @param bytes The size that it would have. */
  constructor(bytes: number) {
    super(
      `This is too large to be stored: with all its settings it would have ${bytes} bytes, of ` +
        `at most ${MOST_ROW_BYTES}`,
    );
  }
}
