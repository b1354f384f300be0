/**
 * The error format of the Interactions API and its related collections: the code is a string, as in
 * `{"error":{"code":"not_found","message":"…"}}`.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/api-errors}
 * @module
 */
import type { RpcError } from "./rpc_error.ts";

/** The code for an HTTP status. */
const CODE_OF_HTTP: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "authentication",
  402: "payment_required",
  403: "permission_denied",
  404: "not_found",
  408: "deadline_exceeded",
  409: "aborted",
  416: "out_of_range",
  429: "rate_limit_exceeded",
  499: "cancelled",
  500: "api_error",
  501: "not_implemented",
  502: "service_unavailable",
  503: "service_unavailable",
  504: "deadline_exceeded",
};

/** The code for a google.rpc code that shares its HTTP status with others. */
const CODE_OF_STATUS: Readonly<Partial<Record<string, string>>> = {
  ALREADY_EXISTS: "already_exists",
  FAILED_PRECONDITION: "failed_precondition",
  OUT_OF_RANGE: "out_of_range",
};

/** The HTTP status for a code. An error event has a code but no HTTP status. */
const HTTP_OF_CODE: ReadonlyMap<string, number> = new Map([
  ...Object.entries(CODE_OF_HTTP).map(([http, code]) => [code, Number(http)] as const),
  ["already_exists", 409],
  ["deadline_exceeded", 504],
  ["failed_precondition", 400],
  ["model_not_found", 404],
  ["parameter_unknown", 400],
  ["quota_exceeded", 429],
  ["service_unavailable", 503],
]);

/** The collections whose errors have string codes. */
const COLLECTIONS: ReadonlySet<string> = new Set([
  "agents",
  "credentials",
  "decisions",
  "environments",
  "interactions",
  "triggers",
  "voices",
  "webhooks",
]);

/** Matches the part of a path before its collection: slashes, a version, a prefix, Vertex AI's project and location. */
const BEFORE =
  /^(?:\/+(?:v1(?:beta1?|alpha)?|upload|download)(?=\/))*(?:\/+projects\/+[^/]+\/+locations\/+[^/]+)?\/+/;

/** The HTTP status for a code; undefined for a code that is not known. */
export function httpOfTextCode(code: string): number | undefined {
  return HTTP_OF_CODE.get(code);
}

/**
 * Whether the errors of a path have string codes. The path need not be one that the gateway serves.
 *
 * @param path The raw path of a request.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hasTextCodes } from "./text_code.ts";
 *
 * assert.equal(hasTextCodes("/v1/interactions/abc/cancel"), true);
 * assert.equal(hasTextCodes("/v1beta/models/interactions:generateContent"), false);
 * ```
 */
export function hasTextCodes(path: string): boolean {
  const [collection = ""] = decoded(path).replace(BEFORE, "").split(/[/:?]/, 1);
  return COLLECTIONS.has(collection);
}

/** Decodes a path as the router does. A path with broken percent-encoding has no route; "%" then ends a segment. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replaceAll("%", "/");
  }
}

/** Returns the error's body in this format. It keeps a code that upstream sent. */
export function withTextCode(error: RpcError): { error: Record<string, unknown> } {
  const { code, status, textCode, message, details } = error;
  return {
    error: {
      code: textCode ?? CODE_OF_STATUS[status] ?? CODE_OF_HTTP[code] ??
        (code < 500 ? "invalid_request" : "api_error"),
      message,
      ...(details.length > 0 ? { details } : {}),
    },
  };
}
