/**
 * Time, handed in, so that tests can set it.
 *
 * @module
 */

/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}
