/**
 * The errors of the store.
 *
 * @module
 */

/**
 * Thrown when data cannot be opened, read or written. Its message is for the user: what failed, why,
 * what to do. The call that threw it has changed nothing on disk.
 */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
}

/**
 * Thrown when a shared store does not respond at present. It is unknown then whether a write was made.
 */
export class StoreUnreachable extends StoreError {
  override readonly name = "StoreUnreachable";
}
