/**
 * How long the client itself is going to wait.
 *
 * @module
 */

/**
 * The limit that Google's SDKs send with a call for which a time-out is set.
 *
 * @param headers The request's; `X-Server-Timeout` holds seconds.
 * @returns In ms; `Infinity` where the client sets none, or one that can't be read.
 * @see {@link https://github.com/googleapis/js-genai/blob/main/src/_api_client.ts}
 */
export function clientDeadlineMs(headers: Headers): number {
  const value = headers.get("x-server-timeout");
  if (value === null || !/^\d{1,9}(?:\.\d+)?$/.test(value)) return Infinity;
  return Number(value) > 0 ? Number(value) * 1000 : Infinity;
}
