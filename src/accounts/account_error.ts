/**
 * The error of everything that a user does to accounts.
 *
 * @module
 */

/** Thrown when an account cannot be made, found or changed as asked. Its message is for the user. */
export class AccountError extends Error {
  override readonly name = "AccountError";
}
