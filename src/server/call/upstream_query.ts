/**
 * The part of a client's query that is sent to upstream.
 *
 * @module
 */

/**
 * Google's system parameters: they concern the client's own connection, and `key` and the tokens are secrets
 * of the gateway.
 *
 * @see {@link https://docs.cloud.google.com/apis/docs/system-parameters}
 */
const SYSTEM_PARAMETERS: ReadonlySet<string> = new Set([
  "access_token",
  "alt",
  "callback",
  "key",
  "oauth_token",
  "prettyPrint",
  "quotaUser",
  "uploadType",
  "upload_id",
  "upload_protocol",
  "xgafv",
]);

/**
 * A query without Google's system parameters; empty if nothing is left. Every name that begins with `$` is one:
 * `$alt` is another spelling of `alt`, and `$httpMethod` and `$httpHeaders` would change the verb and the headers of
 * a request.
 *
 * @param how `isContent`: whether the response may be a resource's content, for which `alt=media` asks.
 * @see {@link https://google.github.io/closure-library/api/goog.net.rpc.HttpCors.html} on those two
 */
export function upstreamQuery(
  query: URLSearchParams,
  { isContent = false }: { readonly isContent?: boolean } = {},
): string {
  const kept = new URLSearchParams();
  for (const [name, value] of query) {
    const isMedia = isContent && name === "alt" && value === "media";
    if (isMedia || (!name.startsWith("$") && !SYSTEM_PARAMETERS.has(name))) {
      kept.append(name, value);
    }
  }
  return kept.toString();
}
