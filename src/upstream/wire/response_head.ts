/**
 * The head of an HTTP/1.1 response. What is not plainly right is refused: who reads the end of a response
 * in the wrong place gives the next client what is left of it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112}
 * @module
 */
import { type BodyFraming, ChunkedFraming, LengthFraming, OpenFraming } from "./body_framing.ts";

/** A head. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case, in the order in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Where the body ends. */
  readonly framing: BodyFraming;
  /** Whether the connection may carry another request afterwards. */
  readonly keepsAlive: boolean;
}

/** What decides, besides a head, where its body ends. */
export interface HeadContext {
  /** Whether the head is all there is, since it answers a HEAD. Default: false. */
  readonly isHeadOnly?: boolean;
}

/** Most headers of a response; the field's clients take from 100 (Go's HTTP/2, hyper) to 2,000 (Node). */
const MOST_HEADERS = 1000;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const BARE_LF = /(?:^|[^\r])\n/;
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Reads a head. A line may end in a bare LF, as RFC 9112 section 2.2 allows; the connection is then not
 * used again, since two readers may disagree about where such a response ends.
 *
 * @param text Its lines, without the empty one at the end.
 * @throws {Error} When it is malformed, or declares a body in a way that Pollux did not ask for.
 */
export function parseResponseHead(
  text: string,
  { isHeadOnly = false }: HeadContext = {},
): ResponseHead {
  const [statusLine = "", ...lines] = text.split("\n").map(withoutCr);
  if (lines.length > MOST_HEADERS) {
    throw new Error(`the response has more than ${MOST_HEADERS} headers`);
  }
  const [, minor, digits] = STATUS_LINE.exec(statusLine) ?? [];
  if (digits === undefined) throw new Error("the response is not HTTP/1.1");
  const status = Number(digits);
  const headers: [string, string][] = [];
  let length: string | undefined;
  let coding: string | undefined;
  let keepsAlive = minor === "1" && !BARE_LF.test(text);
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    // A line that goes on with the one before has no name, nor has one with a space before its colon.
    if (!NAME.test(name)) throw new Error("the response has a malformed header");
    const value = line.slice(colon + 1).trim();
    // RFC 9112 section 2.2: a bare CR could be a line's end for somebody else.
    if (value.includes("\r")) throw new Error("the response has a malformed header");
    headers.push([name, value]);
    if (name === "content-length") {
      if (length !== undefined && length !== value) throw new Error("the response has two lengths");
      length = value;
    } else if (name === "transfer-encoding") {
      coding = coding === undefined ? value.toLowerCase() : `${coding}, ${value.toLowerCase()}`;
    } else if (name === "connection") {
      if (/(?:^|,)\s*close\s*(?:,|$)/i.test(value)) keepsAlive = false;
    }
  }
  // A length beside chunks is how responses are smuggled.
  if (coding !== undefined && length !== undefined) keepsAlive = false;
  const framing = isHeadOnly ? new LengthFraming(0) : framingOf(status, { coding, length });
  return { status, headers, framing, keepsAlive: keepsAlive && !(framing instanceof OpenFraming) };
}

function withoutCr(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6.3} */
function framingOf(
  status: number,
  { coding, length }: { readonly coding: string | undefined; readonly length: string | undefined },
): BodyFraming {
  if (status < 200 || status === 204 || status === 304) return new LengthFraming(0);
  if (coding !== undefined) {
    if (coding !== "chunked") throw new Error(`the response is sent in "${coding}"`);
    return new ChunkedFraming();
  }
  if (length === undefined) return new OpenFraming();
  if (!/^\d{1,15}$/.test(length)) throw new Error("the response has a malformed length");
  return new LengthFraming(Number(length));
}
