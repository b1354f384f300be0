/**
 * What web pages of allowed origins need to be told. All others are refused before this matters.
 *
 * @module
 * @see {@link https://fetch.spec.whatwg.org/#http-cors-protocol}
 */

/** Headers of a response that a page's script may read. */
const EXPOSED = "x-request-id, x-pollux-account, x-pollux-model, x-pollux-attempts, retry-after";

/** How long a browser may remember a preflight's answer, in s. */
const MAX_AGE_S = 600;

/** Answers an `OPTIONS` request, a browser's preflight or anybody's. */
export function optionsResponse(request: Request): Response {
  const headers: Record<string, string> = { allow: "GET, HEAD, POST, OPTIONS" };
  const asked = request.headers.get("access-control-request-headers");
  if (request.headers.has("access-control-request-method")) {
    headers["access-control-allow-methods"] = "GET, HEAD, POST";
    headers["access-control-max-age"] = String(MAX_AGE_S);
    if (asked !== null) headers["access-control-allow-headers"] = asked;
    // A public page calls a private address: Chrome asks for a further consent.
    if (request.headers.get("access-control-request-private-network") === "true") {
      headers["access-control-allow-private-network"] = "true";
    }
  }
  return new Response(null, { status: 204, headers });
}

/** Lets a page of an allowed origin read the response. */
export function shareWith(origin: string, response: Response): Response {
  response.headers.set("access-control-allow-origin", origin);
  response.headers.set("access-control-expose-headers", EXPOSED);
  response.headers.append("vary", "Origin");
  return response;
}
