/**
 * The client's own time-out.
 *
 * @module
 */

/**
 * The time-out that Google's SDKs send if the user has set one.
 *
 * @param headers The request's; `X-Server-Timeout` holds seconds.
 * @returns In ms; `Infinity` if the client sends none, or an invalid one.
 * @see {@link https://github.com/googleapis/js-genai/blob/main/src/_api_client.ts}
 */
export function clientDeadlineMs(headers: Headers): number {
  const value = headers.get("x-server-timeout");
  if (value === null || !/^\d{1,9}(?:\.\d+)?$/.test(value)) return Infinity;
  return Number(value) > 0 ? Number(value) * 1000 : Infinity;
}
