/**
 * The head of an HTTP/1.1 response. Malformed heads are rejected: misreading the end of a response would give
 * its rest to the next client.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112}
 * @module
 */
import { type BodyFraming, ChunkedFraming, LengthFraming, OpenFraming } from "./body_framing.ts";

/** A parsed head. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case, in the order received. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The framing of the body. */
  readonly framing: BodyFraming;
  /** Whether the connection may carry another request afterwards. */
  readonly keepsAlive: boolean;
}

/** The context of a head that determines the framing of its body. */
export interface HeadContext {
  /** Whether there is no body because the request was a HEAD. Default: false. */
  readonly isHeadOnly?: boolean;
}

/** Most headers of a response; other HTTP clients accept from 100 (Go's HTTP/2, hyper) to 2,000 (Node). */
const MOST_HEADERS = 1000;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/;
const BARE_LF = /(?:^|[^\r])\n/;
const CR = 0x0d;
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Header names as servers write them, in lower case: a server sends the same ones with every response. */
const lowerNames = new Map<string, string>();

/** Most names that are cached, and the longest of them. */
const MOST_NAMES = 256;
const LONGEST_NAME = 64;

/**
 * Reads a head. A line may end in a bare LF, as RFC 9112 section 2.2 allows; the connection is then not reused,
 * because parsers may disagree about the end of such a response.
 *
 * @param text The lines of the head, without the empty one at the end.
 * @throws {Error} When it is malformed, or declares a transfer coding that Pollux did not request.
 */
export function parseResponseHead(
  text: string,
  { isHeadOnly = false }: HeadContext = {},
): ResponseHead {
  const end = endOfLine(text, 0);
  const [, minor, digits] = STATUS_LINE.exec(text.slice(0, end)) ?? [];
  if (digits === undefined) throw new Error("the response is not HTTP/1.1");
  const status = Number(digits);
  const headers: [string, string][] = [];
  let length: string | undefined;
  let coding: string | undefined;
  let keepsAlive = minor === "1" && !BARE_LF.test(text);
  for (let at = text.indexOf("\n") + 1; at > 0; at = text.indexOf("\n", at) + 1) {
    if (headers.length === MOST_HEADERS) {
      throw new Error(`the response has more than ${MOST_HEADERS} headers`);
    }
    const colon = text.indexOf(":", at);
    const end = endOfLine(text, at);
    // A folded line has no name; neither has a line with a space before its colon.
    const name = colon < end ? lowerName(text.slice(at, Math.max(colon, at))) : undefined;
    if (name === undefined) throw new Error("the response has a malformed header");
    const value = text.slice(colon + 1, end).trim();
    // RFC 9112 section 2.2: another parser could read a bare CR as the end of a line; NUL is as dangerous
    // (RFC 9110 section 5.5).
    if (/[\r\0]/.test(value)) throw new Error("the response has a malformed header");
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
  // A length in addition to chunks is used for response smuggling. It does not count, and must not be passed on.
  const isSmuggled = coding !== undefined && length !== undefined;
  if (isSmuggled) keepsAlive = false;
  const framing = isHeadOnly ? new LengthFraming(0) : framingOf(status, { coding, length });
  return {
    status,
    headers: isSmuggled ? headers.filter(([name]) => name !== "content-length") : headers,
    framing,
    keepsAlive: keepsAlive && !(framing instanceof OpenFraming),
  };
}

/** The end of the line that begins at `at`, without its CRLF or bare LF. */
function endOfLine(text: string, at: number): number {
  const lf = text.indexOf("\n", at);
  const end = lf < 0 ? text.length : lf;
  return end > at && text.charCodeAt(end - 1) === CR ? end - 1 : end;
}

/** A header's name in lower case; undefined if it is not a valid name. */
function lowerName(name: string): string | undefined {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  if (!NAME.test(name)) return undefined;
  if (lowerNames.size >= MOST_NAMES || name.length > LONGEST_NAME) return name.toLowerCase();
  // A substring keeps the whole string in memory; a copy does not.
  const copy = [...name].join("");
  const lower = copy.toLowerCase();
  lowerNames.set(copy, lower);
  return lower;
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
