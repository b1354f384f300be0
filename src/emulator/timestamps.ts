/**
 * Time stamps of resources, with as many digits as Google's have.
 *
 * @see {@link https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp}
 * @module
 */

/** Returns RFC 3339 with microseconds. */
export function microsecondStamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/** Returns RFC 3339 with nanoseconds, as in times of expiry. */
export function nanosecondStamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000Z");
}

/** Returns RFC 3339 in whole seconds, as interactions have it. */
export function secondStamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
