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

/** What may be shown of a request's URL. */
export interface ShownUrl {
  readonly isSecure: boolean;
  /** As in `alt=sse`. */
  readonly query: string;
}

/** Reads what may be shown of a request's URL; nothing if Deno cannot build it, since the request is malformed. */
export function shownUrl(request: Request): ShownUrl {
  let url: string;
  try {
    url = request.url;
  } catch {
    return { isSecure: false, query: "" };
  }
  const start = url.indexOf("?");
  const shown: string[] = [];
  if (start >= 0) {
    for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
      if (Object.hasOwn(SHOWN, name) && SHOWN[name]?.test(value)) shown.push(`${name}=${value}`);
    }
  }
  return { isSecure: url.startsWith("https:"), query: shown.join("&") };
}

/** The attributes of a URL with this path. Default: that its path is not shown. Each attribute costs a call some time. */
export function urlAttributes({ isSecure, query }: ShownUrl, path = MASK): Attributes {
  const attributes: Attributes = { "url.path": path, "url.scheme": isSecure ? "https" : "http" };
  if (query !== "") attributes["url.query"] = query;
  return attributes;
}
