/**
 * Whether a request came by way of a proxy or a tunnel.
 *
 * @module
 */

/**
 * What proxies and tunnels add: RFC 7239, RFC 9110 section 7.6.3, the older `X-Forwarded-…`, nginx's usual
 * `X-Real-IP`, and Cloudflare's own.
 */
const FORWARDED = /^(?:forwarded|via|x-real-ip|x-forwarded(?:-.*)?|cf-.*)$/;

/**
 * The header by which a request shows that it was forwarded: whoever sent it need not be on this machine,
 * although its connection is. A header like this never grants anything, since anybody can send one.
 *
 * @returns Its name in lower case; undefined where there is none.
 */
export function forwardingHeader(headers: Headers): string | undefined {
  let found: string | undefined;
  // Costs two thirds of what an iterator over the names does, and every request comes by here.
  headers.forEach((_value, name) => {
    if (FORWARDED.test(name)) found ??= name;
  });
  return found;
}
