/**
 * Converts the error bodies of upstreams, in all their shapes, into the one shape that Pollux sends to clients.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject, parsedJson } from "../../base/json.ts";
import { longError } from "./long_error.ts";
import { Redaction } from "../redaction/redaction.ts";
import { type RpcDetail, RpcError, statusOfHttp } from "./rpc_error.ts";
import { httpOfTextCode } from "./text_code.ts";

/** Most levels of envelopes nested in messages. Google nests once; gemini-cli allows as many. */
const MAX_NESTING = 10;

/** Longest quote from a body that is not JSON in an error message, in characters. */
const MAX_QUOTE = 300;

/** Longest text that is parsed fully, in characters; of a longer one, only the main members are read. */
const LONGEST_PARSED = 256 * 1024;

/** Most levels of a detail; deeper ones are dropped, because readers process them recursively. */
const MOST_LEVELS = 64;

/** E-mail addresses are masked before the text is cut, because half an address is not recognized. */
const ADDRESSES = new Redaction();

/** The contents of one envelope. */
interface Report {
  readonly code: number | undefined;
  /** A code that is a word. */
  readonly textCode?: string | undefined;
  readonly status: string | undefined;
  readonly message: string | undefined;
  readonly details: readonly RpcDetail[];
  /** A possible nested envelope: a message, or an error within the error. */
  readonly inner: unknown;
}

/**
 * Converts upstream's response to a failed call into an error with upstream's message. The message is redacted
 * later, where it leaves the account's upstream. Never throws.
 *
 * Known shapes: Google's envelope, bare or in an array or behind `data:`; an envelope nested in another one, as
 * its message or its error, as an object or as JSON text; a google.rpc.Status without envelope; OAuth's flat
 * form (RFC 6749 section 5.2); `{"error":"text"}`. Any other short text is quoted, except HTML.
 *
 * @param httpStatus HTTP status of the call. Used as the error's code unless the body contains one.
 * @param body The raw body; may be empty.
 */
export function rpcErrorFromBody(httpStatus: number, body: string): RpcError {
  return rpcErrorFromJson(httpStatus, body) ??
    rpcErrorFromJson(httpStatus, dataLines(body)) ??
    rpcError(httpStatus, { reports: [], quote: quotable(body) });
}

/**
 * The error that a JSON text reports.
 *
 * @param httpStatus HTTP status of the call; 200 for an error inside a stream.
 * @returns `undefined` if the text is not JSON, or JSON that reports no error.
 */
export function rpcErrorFromJson(httpStatus: number, text: string): RpcError | undefined {
  const reports: Report[] = [];
  let next: unknown = text;
  while (reports.length < MAX_NESTING) {
    const report = readReport(decoded(next));
    if (report === undefined) break;
    reports.push(report);
    next = report.inner;
  }
  return reports.length === 0 ? undefined : rpcError(httpStatus, { reports, quote: undefined });
}

/** The input from which an error is built. */
interface Findings {
  /** Nested envelopes, outermost first. The innermost comes from the origin and takes precedence. */
  readonly reports: readonly Report[];
  /** A body without an envelope. */
  readonly quote: string | undefined;
}

function rpcError(httpStatus: number, { reports, quote }: Findings): RpcError {
  const inward = reports.toReversed();
  const coded = inward.find(({ code, status }) => code !== undefined || status !== undefined);
  const textCode = inward.find((report) => report.textCode !== undefined)?.textCode;
  const code = coded?.code ?? errorCode(httpStatus) ?? httpOfTextCode(textCode ?? "");
  const status = coded?.status ?? (code === undefined ? "UNAVAILABLE" : statusOfHttp(code));
  const message = inward[0]?.message ?? withoutReason(httpStatus, quote);
  return new RpcError(status, message, {
    ...defined({ code, textCode }),
    details: inward.flatMap((report) => report.details),
  });
}

function withoutReason(httpStatus: number, quote: string | undefined): string {
  const what = httpStatus < 300
    ? "Upstream reported an error"
    : `Upstream returned HTTP ${httpStatus}`;
  return quote === undefined ? `${what} without a reason` : `${what}: "${quote}"`;
}

function readReport(value: unknown): Report | undefined {
  const body = Array.isArray(value)
    ? value.find((item) => isJsonObject(item) && "error" in item)
    : value;
  if (!isJsonObject(body)) return undefined;
  const error = Array.isArray(body["error"]) ? body["error"][0] : body["error"];
  if (typeof error === "string") {
    const description = nonEmpty(body["error_description"]);
    const message = description === undefined ? nonEmpty(error) : `${error}: ${description}`;
    const code = errorCode(body["code"]);
    return { code, status: undefined, message, details: [], inner: error };
  }
  const rpc = isJsonObject(error) ? error : body;
  if (rpc === body && typeof body["message"] !== "string") return undefined;
  const { message, details } = rpc;
  return {
    code: errorCode(rpc["code"]),
    textCode: codeWord(rpc["code"]),
    status: statusName(rpc["status"]),
    message: nonEmpty(message),
    details: Array.isArray(details) ? details.filter(isDetail) : [],
    inner: message ?? (rpc === body ? undefined : { error: rpc["error"] }),
  };
}

/** The value if it is the code of an HTTP error; gRPC's small numeric codes are not. */
function errorCode(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 400 && value <= 599
    ? value
    : undefined;
}

/** The value if it is a code of the Interactions API; unknown ones are allowed. */
function codeWord(value: unknown): string | undefined {
  return typeof value === "string" && /^[a-z][a-z0-9_]{0,63}$/.test(value) ? value : undefined;
}

/** The value if it has the form of a google.rpc code name; unknown names are allowed. */
function statusName(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Z][A-Z0-9_]*$/.test(value) ? value : undefined;
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** protobuf's Any requires an `@type`; strict clients reject the whole error if one lacks it. */
function isDetail(value: unknown): value is RpcDetail {
  return isJsonObject(value) && typeof value["@type"] === "string" && isShallow(value, MOST_LEVELS);
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}

/** Decodes a value that may have been JSON-encoded twice. */
function decoded(value: unknown): unknown {
  const once = typeof value === "string" ? parseJson(value) : value;
  return typeof once === "string" ? parseJson(once) : once;
}

function parseJson(text: string): unknown {
  if (text.length > LONGEST_PARSED) return longError(text);
  return parsedJson(text);
}

/** The data of the first event if the body is framed as SSE; else empty. */
function dataLines(body: string): string {
  const [event = ""] = body.trimStart().split(/\r\n\r\n|\n\n|\r\r/, 1);
  return Array.from(event.matchAll(/^data:([^\r\n]*)/gm), ([, value]) => value).join("\n");
}

/** A body that is not JSON, shortened to one line of a message; `undefined` if it is HTML. */
function quotable(body: string): string | undefined {
  if (/<[a-z!?/]/i.test(body)) return undefined;
  // A body may be huge: only its beginning is looked at.
  const text = ADDRESSES.mask(body.slice(0, 4 * MAX_QUOTE)).replace(/[\s\p{Cc}]+/gu, " ").trim();
  const characters = [...text];
  if (characters.length === 0) return undefined;
  if (characters.length <= MAX_QUOTE) return text;
  // A token that was cut could be half a secret, which redaction would not recognize.
  const whole = characters.slice(0, MAX_QUOTE - 1).join("").replace(/[\w+/=.~%:@-]+$/, "");
  return whole === "" ? undefined : `${whole}…`;
}
