/**
 * Formats the timestamps of resources with as many digits as Google does.
 *
 * @see {@link https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp}
 * @module
 */

/** Returns an RFC 3339 timestamp with microseconds. */
export function microsecondStamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/** Returns an RFC 3339 timestamp with nanoseconds, as in expiry times. */
export function nanosecondStamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000Z");
}

/** Returns an RFC 3339 timestamp in whole seconds, as in interactions. */
export function secondStamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
