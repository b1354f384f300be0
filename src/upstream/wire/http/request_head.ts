/**
 * Serializes the head of a request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112}
 * @module
 */
import type { HttpMethod, HttpRequest } from "../connections.ts";
import type { Destination } from "../tcp/origin.ts";

/** Valid header values: no characters that end a line or need encoding. */
const PLAIN_VALUE = /^[\t\x20-\x7e]*$/;
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** The connection writes these itself: a caller's values could change where the request ends. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "host",
  "transfer-encoding",
]);

/** The name of a header that callers must not set, or that is malformed. */
export function unsendableHeader(headers: HttpRequest["headers"]): string | undefined {
  for (const name in headers) {
    if (OWN_HEADERS.has(name) || !NAME.test(name) || !PLAIN_VALUE.test(headers[name] ?? "")) {
      return name;
    }
  }
  return undefined;
}

/** A request with the target for its request line. */
export interface TargetedRequest extends HttpRequest {
  /** Path and query. */
  readonly target: string;
  readonly destination: Destination;
}

/** The head, with the empty line at its end; ASCII if no header is unsendable. */
export function requestHead(
  { method, target, destination, headers, body }: TargetedRequest,
): string {
  let head = `${method} ${destination.targetPrefix}${target} HTTP/1.1\r\n${destination.commonHead}`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  return `${head}${framingHeader(method, body)}\r\n`;
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.6} on methods that usually have a body */
function framingHeader(method: HttpMethod, body: HttpRequest["body"]): string {
  if (body === undefined) {
    return method === "POST" || method === "PUT" || method === "PATCH"
      ? "content-length: 0\r\n"
      : "";
  }
  const { length } = body;
  return length === undefined ? "transfer-encoding: chunked\r\n" : `content-length: ${length}\r\n`;
}
