/**
 * Converts between the errors of Live sessions and the close codes and reasons of WebSockets.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-7.4}
 * @module
 */
import { cutText } from "../../base/text/cut_text.ts";
import { RpcError, type RpcStatus } from "../errors/rpc_error.ts";

/** How a WebSocket was closed. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** The codes that Google and Pollux use. */
export const NORMAL = 1000;
export const GOING_AWAY = 1001;
const INVALID = 1007;
const REFUSED = 1008;
export const TOO_BIG = 1009;
export const INTERNAL = 1011;

/** Longest reason, in bytes (RFC 6455, section 5.5). */
const LONGEST_REASON = 123;

/** The type of the error detail that keeps the close code. */
const CLOSE_TYPE = "type.googleapis.com/pollux.Close";

/** The google.rpc code for a close code and its reason; the first match applies. */
const MEANINGS: readonly (readonly [code: number, reason: RegExp, status: RpcStatus])[] = [
  [INTERNAL, /quota|rate limit|resource.{0,20}exhausted/i, "RESOURCE_EXHAUSTED"],
  [
    INVALID,
    /^(?:User location is not supported|Gemini API free tier is not available)/i,
    "FAILED_PRECONDITION",
  ],
  [INVALID, /(?:)/, "INVALID_ARGUMENT"],
  [REFUSED, /not found|not supported for/i, "NOT_FOUND"],
  [REFUSED, /API key|permission|denied|unregistered callers/i, "PERMISSION_DENIED"],
  [REFUSED, /(?:)/, "FAILED_PRECONDITION"],
];

/** Converts a close that ended a session early to an error. */
export function errorOfClose({ code, reason }: Close): RpcError {
  const meaning = MEANINGS.find(([of, form]) => of === code && form.test(reason));
  const message = reason === "" ? `Upstream closed the session with code ${code}` : reason;
  return new RpcError(meaning?.[2] ?? "UNAVAILABLE", message, {
    details: [{ "@type": CLOSE_TYPE, code }],
  });
}

/** The close code that {@linkcode errorOfClose} kept in an error; undefined for any other error. */
function codeOfError({ details }: RpcError): number | undefined {
  const code = details.find((detail) => detail["@type"] === CLOSE_TYPE)?.["code"];
  return typeof code === "number" ? code : undefined;
}

/** Converts an error to the close that Google would send. */
export function closeOfError(error: RpcError): Close {
  return sendable({ code: codeOfError(error) ?? codeOfStatus(error), reason: error.message });
}

function codeOfStatus({ code }: RpcError): number {
  if (code === 400) return INVALID;
  if (code === 413) return TOO_BIG;
  return code < 500 && code !== 429 ? REFUSED : INTERNAL;
}

/**
 * Makes a close that can be sent: replaces codes that may not be sent by 1011, and cuts a reason that is too long.
 */
export function sendable({ code, reason }: Close): Close {
  const isCode = (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
    (code >= 3000 && code <= 4999);
  return { code: isCode ? code : INTERNAL, reason: cutText(reason, LONGEST_REASON) };
}
