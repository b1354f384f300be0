/**
 * The errors of interactions and their related collections: the code is a string, and there are no details.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/api-errors}
 * @module
 */
import { GoogleError } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";

/** The codes that are not the status in lower case. */
const CODES: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: "invalid_request",
  UNAUTHENTICATED: "authentication",
  INTERNAL: "api_error",
  UNAVAILABLE: "service_unavailable",
};

/** An HTTP status and the body of its response. */
export interface ErrorResponse {
  readonly status: number;
  readonly body: JsonObject;
}

/**
 * Changes an error of Google's other methods into one with a code in words.
 *
 * @param body Anything else than `{"error":{"status":…}}` is returned unchanged.
 */
export function stringCoded({ status, body }: ErrorResponse): ErrorResponse {
  const error = objectAt(body, "error");
  const name = textAt(error, "status");
  const message = textAt(error, "message") ?? "";
  if (error === undefined || name === undefined) return { status, body };
  if (isAboutCredential(error)) {
    return { status: 401, body: { error: { message, code: "authentication" } } };
  }
  const code = name === "RESOURCE_EXHAUSTED"
    ? quotaCode(error)
    : name === "NOT_FOUND" && /^models\/|^Publisher Model /.test(message)
    ? "model_not_found"
    : CODES[name] ?? name.toLowerCase();
  return { status, body: { error: { message, code } } };
}

/** 400: the value of a parameter is not valid. */
export function invalidRequest(message: string): GoogleError {
  return new GoogleError(400, "INVALID_ARGUMENT", { message });
}

/** 400: the resource is not in the state that the call needs. */
export function failedPrecondition(message: string): GoogleError {
  return new GoogleError(400, "FAILED_PRECONDITION", { message });
}

/** 400: Google does not have a parameter of that name. */
export function unknownParameter(name: string, path: string): GoogleError {
  const place = path === "" ? "" : ` at '${path}'`;
  return new GoogleError(400, "PARAMETER_UNKNOWN", {
    message: `Unknown parameter '${name}'${place}.`,
  });
}

/** 404: the project has no such resource; also for one of another project. */
export function entityNotFound(): GoogleError {
  return new GoogleError(404, "NOT_FOUND", { message: "Requested entity was not found." });
}

/** Keys that are missing or unknown are 400 and 403 elsewhere. */
function isAboutCredential(error: JsonObject): boolean {
  return reasonsOf(error).includes("API_KEY_INVALID") ||
    (textAt(error, "message") ?? "").startsWith("Method doesn't allow unregistered callers");
}

function reasonsOf(error: JsonObject): readonly unknown[] {
  return objectsAt(error, "details").map((detail) => detail["reason"]);
}

function quotaCode(error: JsonObject): string {
  const ids = objectsAt(error, "details").flatMap((detail) => objectsAt(detail, "violations"))
    .map((violation) => textAt(violation, "quotaId") ?? "");
  if (ids.some((id) => id.includes("PerDay"))) return "quota_exceeded";
  return ids.length > 0 ? "rate_limit_exceeded" : "too_many_requests";
}
