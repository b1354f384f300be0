/**
 * The failure of a request of which nothing was sent, because no connection could be made.
 *
 * @module
 */

/** Says what its cause says: the error that connecting met. */
export class UnsentError extends Error {
  override readonly name = "UnsentError";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
