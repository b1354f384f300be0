/**
 * The error of the user's operations on accounts.
 *
 * @module
 */

/** What is wrong: there is no such account; the name is taken; or another reason. */
export type AccountFault = "missing" | "taken" | "invalid";

/** Thrown when an account cannot be created, found or changed as requested. Its message is for the user. */
export class AccountError extends Error {
  override readonly name = "AccountError";
  readonly why: AccountFault;

  /** @param options `why`: by default, `invalid`. */
  constructor(message: string, options: ErrorOptions & { readonly why?: AccountFault } = {}) {
    super(message, options);
    this.why = options.why ?? "invalid";
  }
}
