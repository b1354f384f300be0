/**
 * The error of everything that Pollux keeps on disk.
 *
 * @module
 */

/**
 * Thrown when data cannot be opened, read or written. Its message is for the user: what failed, why,
 * what to do. Nothing on disk was changed by the call that threw it.
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
}
