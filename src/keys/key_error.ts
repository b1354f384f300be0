/**
 * The error of the user's operations on client keys.
 *
 * @module
 */

/** Thrown when a key cannot be created, found or changed as requested. Its message is for the user. */
export class KeyError extends Error {
  override readonly name = "KeyError";
}
