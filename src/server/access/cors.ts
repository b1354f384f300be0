/**
 * What web pages of allowed origins need to be told. All others are refused before this matters.
 *
 * @module
 * @see {@link https://fetch.spec.whatwg.org/#http-cors-protocol}
 */
import { METHOD_NAMES, METHODS } from "../../gemini/api/methods.ts";

/** The verbs of the API; a HEAD is answered as a GET. */
const VERBS = [...new Set(["GET", "HEAD", ...METHOD_NAMES.map((name) => METHODS[name].verb)])]
  .join(", ");

/** Headers of a response that a page's script may read. */
const EXPOSED = "x-request-id, x-pollux-account, x-pollux-model, x-pollux-attempts, retry-after";

/** How long a browser may remember a preflight's answer, in s. */
const MAX_AGE_S = 600;

/** Answers an `OPTIONS` request, a browser's preflight or anybody's. */
export function optionsResponse(request: Request): Response {
  const headers: Record<string, string> = { allow: `${VERBS}, OPTIONS` };
  const asked = request.headers.get("access-control-request-headers");
  if (request.headers.has("access-control-request-method")) {
    headers["access-control-allow-methods"] = VERBS;
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
