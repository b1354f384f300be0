/**
 * The error of the user's operations on accounts.
 *
 * @module
 */

/** Thrown when an account cannot be created, found or changed as requested. Its message is for the user. */
export class AccountError extends Error {
  override readonly name = "AccountError";
}
