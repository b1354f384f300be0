/**
 * The error for a request that was not sent because no connection could be opened.
 *
 * @module
 */

/** Has the message of its cause: the error of connecting. */
export class UnsentError extends Error {
  override readonly name = "UnsentError";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
