/**
 * What the daemon hands to the admin API, since the server imports neither the store nor the configuration.
 *
 * @module
 */

/** The services of the admin API. */
export interface AdminServices {
  /** Of Pollux, as in `0.1.0`. */
  readonly version: string;
  /** When the gateway started, in ms since the epoch. */
  readonly startedAtMs: number;
}
