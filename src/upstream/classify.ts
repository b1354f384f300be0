/**
 * What an upstream's error means for the account that got it.
 *
 * @module
 */
import type { RpcError } from "../gemini/rpc_error.ts";
import { retryDelayMs } from "../gemini/retry_delay.ts";
import { type FaultScope, UpstreamFault } from "./upstream_fault.ts";

/** What is known of an error besides its body. */
export interface ErrorContext {
  /** Now, in ms since the epoch. */
  readonly nowMs: number;
  /** The answer's `Retry-After`, if it had one. */
  readonly retryAfterHeader?: string | undefined;
}

/**
 * Turns an upstream's error into a fault.
 *
 * @param error The error, as upstream worded it.
 * @param context When it came, and with which headers.
 */
export function classify(error: RpcError, context: ErrorContext): UpstreamFault {
  const { nowMs, retryAfterHeader } = context;
  const delayMs = retryDelayMs(error, {
    nowMs,
    ...(retryAfterHeader === undefined ? {} : { retryAfterHeader }),
  });
  return new UpstreamFault(scopeOf(error), error, { delayMs });
}

function scopeOf(error: RpcError): FaultScope {
  switch (error.code) {
    case 400:
      return isAccountsOwn400(error) ? "account" : "request";
    case 401:
    case 402:
    case 403:
      return "account";
    case 404:
      return "model";
    case 408:
    case 499:
      return "passing";
    case 429:
      return "account-model";
    default:
      return error.code >= 500 ? "passing" : "request";
  }
}

/** Google answers 400, not 401, for a bad API key and for an account in the wrong place. */
function isAccountsOwn400(error: RpcError): boolean {
  return error.details.some(saysKeyInvalid) ||
    (error.status === "FAILED_PRECONDITION" &&
      /\blocation is not supported\b/i.test(error.message));
}

function saysKeyInvalid(detail: { readonly [field: string]: unknown }): boolean {
  return detail["reason"] === "API_KEY_INVALID";
}
