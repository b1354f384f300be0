/**
 * The CORS headers for web pages of allowed origins. The guard has already rejected all other origins.
 *
 * @module
 * @see {@link https://fetch.spec.whatwg.org/#http-cors-protocol}
 */
import { METHOD_NAMES, METHODS } from "../../gemini/api/methods.ts";

/** The HTTP methods of the API; HEAD is handled like GET. */
const VERBS = [...new Set(["GET", "HEAD", ...METHOD_NAMES.map((name) => METHODS[name].verb)])]
  .join(", ");

/** Response headers that a page's script may read. */
const EXPOSED = [
  ...["x-request-id", "x-pollux-account", "x-pollux-model", "x-pollux-attempts", "retry-after"],
  ...["request-id", "x-should-retry", "x-pollux-warning"],
  ...["limit", "remaining", "reset"].flatMap((name) =>
    ["requests", "tokens", "usd"].map((unit) => `x-ratelimit-${name}-${unit}`)
  ),
  ...["x-ratelimit-limit-concurrent", "x-ratelimit-remaining-concurrent"],
  // Without these, a page cannot upload: its SDK fails with "Failed to get upload url".
  ...["x-goog-upload-url", "x-goog-upload-status", "x-goog-upload-chunk-granularity"],
  ...["x-goog-upload-size-received", "location", "range"],
].join(", ");

/** How long a browser may cache the response to a preflight, in s. */
const MAX_AGE_S = 600;

/** Responds to an `OPTIONS` request, whether it is a browser's preflight or not. */
export function optionsResponse(request: Request): Response {
  const headers: Record<string, string> = { allow: `${VERBS}, OPTIONS` };
  const asked = request.headers.get("access-control-request-headers");
  if (request.headers.has("access-control-request-method")) {
    headers["access-control-allow-methods"] = VERBS;
    headers["access-control-max-age"] = String(MAX_AGE_S);
    if (asked !== null) headers["access-control-allow-headers"] = asked;
    // If a public page calls a private address, Chrome requires this header as well.
    if (request.headers.get("access-control-request-private-network") === "true") {
      headers["access-control-allow-private-network"] = "true";
    }
  }
  return new Response(null, { status: 204, headers });
}

/** Adds the headers that let a page of an allowed origin read the response. */
export function shareWith(origin: string, response: Response): Response {
  response.headers.set("access-control-allow-origin", origin);
  response.headers.set("access-control-expose-headers", EXPOSED);
  response.headers.append("vary", "Origin");
  return response;
}
