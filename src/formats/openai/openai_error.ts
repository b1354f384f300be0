/**
 * Errors as OpenAI's API sends them.
 *
 * @see {@link https://platform.openai.com/docs/guides/error-codes}
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import { type ClientError, UNKNOWN_URL, WRONG_VERB } from "../client_error.ts";
import { fieldOf } from "../shared/fields/invalid_field.ts";
import { PREVIOUS_NOT_FOUND } from "./responses/input/previous_not_found.ts";
import { isLasting, isQuotaSpent } from "../shared/request/lasting_limit.ts";

/** The body of an error, also as the data of the event that ends a stream. */
export interface OpenAiErrorBody {
  readonly [field: string]: unknown;
  readonly error: {
    readonly message: string;
    readonly type: string;
    /** The field that is wrong; null if none is. */
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** The codes that are OpenAI's. Other codes that are words are the Interactions API's. */
const OPENAI_CODES: ReadonlySet<string | undefined> = new Set([
  UNKNOWN_URL,
  WRONG_VERB,
  PREVIOUS_NOT_FOUND,
]);

/** Converts an error to the response of a request that failed. */
export function openaiError(error: RpcError): ClientError {
  return {
    status: error.code,
    headers: isLasting(error) ? { "x-should-retry": "false" } : {},
    body: openaiErrorBody(error),
  };
}

/** The body of an error. */
export function openaiErrorBody(error: RpcError): OpenAiErrorBody {
  const { type, code } = kindOf(error);
  return { error: { message: error.message, type, param: fieldOf(error) ?? null, code } };
}

function kindOf(error: RpcError): { readonly type: string; readonly code: string | null } {
  const { code, textCode, message } = error;
  switch (code) {
    case 401:
      return { type: "authentication_error", code: "invalid_api_key" };
    case 403:
      return { type: "permission_error", code: null };
    case 429:
      return isQuotaSpent(error)
        ? { type: "insufficient_quota", code: "insufficient_quota" }
        : { type: "rate_limit_error", code: "rate_limit_exceeded" };
  }
  if (code >= 500) return { type: "server_error", code: null };
  const isOpenais = OPENAI_CODES.has(textCode);
  // Google names what it does not find; other things than models are files and caches.
  const isModel = code === 404 && /\bmodels?\b/i.test(message);
  return {
    type: "invalid_request_error",
    code: isOpenais ? textCode ?? null : isModel ? "model_not_found" : null,
  };
}
