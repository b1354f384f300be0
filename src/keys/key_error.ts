/**
 * The error of the user's operations on client keys.
 *
 * @module
 */

/** What is wrong: there is no such key; the name is taken; or another reason. */
export type KeyFault = "missing" | "taken" | "invalid";

/** Thrown when a key cannot be created, found or changed as requested. Its message is for the user. */
export class KeyError extends Error {
  override readonly name = "KeyError";
  readonly why: KeyFault;

  constructor(message: string, why: KeyFault = "invalid") {
    super(message);
    this.why = why;
  }
}
