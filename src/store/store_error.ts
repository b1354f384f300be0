/**
 * The errors of everything that Pollux keeps.
 *
 * @module
 */

/**
 * Thrown when data cannot be opened, read or written. Its message is for the user: what failed, why,
 * what to do. Nothing on disk was changed by the call that threw it.
 */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
}

/**
 * Thrown when a shared store does not answer at present. Whether a write was made is not known then.
 */
export class StoreUnreachable extends StoreError {
  override readonly name = "StoreUnreachable";
}
