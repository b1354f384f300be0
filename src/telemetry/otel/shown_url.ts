/**
 * What a span may show of a request's URL. Its query can hold a key, an upload's proof or a token, and its path can
 * hold whatever a client has put there by mistake.
 *
 * @module
 */
import type { Attributes } from "@opentelemetry/api";

/** In place of a path that is not known to be harmless. */
const MASK = "/***";

/** The parameters that are shown, with what they may say. All others are left out. */
const SHOWN: Readonly<Record<string, RegExp>> = {
  "alt": /^(?:json|sse|media|proto)$/,
  "$alt": /^(?:json|sse|media|proto)(?:;enum-encoding=int)?$/,
  "pageSize": /^\d{1,6}$/,
  "uploadType": /^(?:media|multipart|resumable)$/,
};

/** Where a request was sent. */
export interface ShownUrl {
  /** As in `http://127.0.0.1:8045`; empty if it is not known. */
  readonly origin: string;
  /** As in `alt=sse`. */
  readonly query: string;
}

/** Reads what may be shown of a request's URL. */
export function shownUrl(request: Request): ShownUrl {
  const url = parsed(request);
  if (url === null) return { origin: "", query: "" };
  const shown: string[] = [];
  if (url.search !== "") {
    for (const [name, value] of url.searchParams) {
      if (Object.hasOwn(SHOWN, name) && SHOWN[name]?.test(value)) shown.push(`${name}=${value}`);
    }
  }
  return { origin: url.origin, query: shown.join("&") };
}

/** The attributes of a URL with this path. Default: that its path is not shown. */
export function urlAttributes({ origin, query }: ShownUrl, path = MASK): Attributes {
  return {
    "url.full": `${origin}${path}${query === "" ? "" : `?${query}`}`,
    "url.path": path,
    "url.query": query,
    "url.scheme": origin.startsWith("https:") ? "https" : "http",
  };
}

/** Null if Deno cannot build it, since the request is malformed. */
function parsed(request: Request): URL | null {
  try {
    return URL.parse(request.url);
  } catch {
    return null;
  }
}
