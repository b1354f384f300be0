/**
 * Classifies upstream errors by their consequence for the account.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject } from "../../base/json.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { type ErrorContext, retryDelayMs } from "../../gemini/errors/retry_delay.ts";
import { withoutTrailing } from "../../base/text/without_trailing.ts";
import { errorInfo, reasonsOf } from "./error_reasons.ts";
import { isOfNamedResource } from "./named_resource.ts";
import { spentQuota } from "./spent_quota.ts";
import { type FaultFacts, type FaultScope, UpstreamFault } from "./upstream_fault.ts";

/** Statuses with which Google rejects a request before processing it. */
const REFUSALS: ReadonlySet<number> = new Set([401, 402, 403, 404, 429]);

type Verdict = Pick<FaultFacts, "owner" | "quota"> & { readonly scope: FaultScope };

/**
 * Turns an upstream's error into a fault.
 *
 * @param error Upstream's error.
 * @param context The time and headers of the response.
 */
export function classify(error: RpcError, context: ErrorContext): UpstreamFault {
  const delayMs = retryDelayMs(error, context);
  const { scope, owner, quota } = verdictOn(error);
  const isUndone = scope === "account" || REFUSALS.has(error.code);
  return new UpstreamFault(scope, withLink(error), { delayMs, owner, quota, isUndone });
}

function verdictOn(error: RpcError): Verdict {
  switch (error.code) {
    case 400:
      return verdictOn400(error);
    case 401:
    case 402:
      return { scope: "account" };
    case 403:
      return verdictOn403(error);
    case 404:
      return { scope: isOfNamedResource(error) ? "named" : "model" };
    case 408:
    case 499:
      return { scope: "transient" };
    case 429:
      return isOutOfCapacity(error) ? { scope: "transient" } : outOfQuota(error);
    default:
      return { scope: error.code >= 500 ? "transient" : "request" };
  }
}

/**
 * Google sends 400, not 401, for a bad API key and for an account in an unsupported location. Only the
 * beginning of a message is examined: the rest may quote the request.
 */
function verdictOn400(error: RpcError): Verdict {
  if (
    reasonsOf(error).includes("API_KEY_INVALID") ||
    /^API key (?:not valid|not found|expired)\b/i.test(error.message)
  ) return { scope: "account", owner: "credential" };
  const isLocationError = error.status === "FAILED_PRECONDITION" &&
    /^(?:User location is not supported|Gemini API free tier is not available)\b/i.test(
      error.message,
    );
  return { scope: isLocationError ? "account" : "request" };
}

/** Services that are older than 429 also send 403 for a spent quota. */
function verdictOn403(error: RpcError): Verdict {
  if (isOfNamedResource(error)) return { scope: "named" };
  const reasons = reasonsOf(error);
  if (reasons.some((reason) => reason === "RATE_LIMIT_EXCEEDED" || reason === "QUOTA_EXHAUSTED")) {
    return outOfQuota(error);
  }
  return /\bunregistered callers\b/.test(error.message) ||
      reasons.some((reason) => typeof reason === "string" && reason.startsWith("API_KEY_"))
    ? { scope: "account", owner: "credential" }
    : { scope: "account" };
}

function outOfQuota(error: RpcError): Verdict {
  return { scope: "account-model", quota: spentQuota(error) };
}

/** The model's servers are overloaded, for all accounts: the account's quota is not affected. */
function isOutOfCapacity(error: RpcError): boolean {
  return reasonsOf(error).some(isCapacityReason) ||
    /^No capacity available\b/i.test(error.message);
}

function isCapacityReason(reason: unknown): boolean {
  return reason === "MODEL_CAPACITY_EXHAUSTED" || reason === "MODEL_CAPACITY_EXCEEDED";
}

/** Adds the link that a user needs to verify an account, because few clients show an error's details. */
function withLink(error: RpcError): RpcError {
  if (!reasonsOf(error).includes("VALIDATION_REQUIRED")) return error;
  const link = [...metadataLinks(error), ...helpLinks(error)].find(isWebAddress);
  if (link === undefined || error.message.includes(link)) return error;
  const sentence = withoutTrailing(error.message, ". \n\r\t");
  return new RpcError(error.status, `${sentence}. Open ${link} in a browser`, {
    code: error.code,
    details: error.details,
    ...defined({ textCode: error.textCode }),
  });
}

function metadataLinks(error: RpcError): readonly unknown[] {
  return errorInfo(error).flatMap(({ metadata }) =>
    isJsonObject(metadata)
      ? ["validation_link", "validation_url", "appeal_url"].map((name) => metadata[name])
      : []
  );
}

/** The links in an error, without those to mere documentation. */
function helpLinks(error: RpcError): readonly unknown[] {
  return error.details
    .flatMap(({ links }) => Array.isArray(links) ? links : [])
    .filter((link) => isJsonObject(link) && !/^learn more/i.test(String(link["description"])))
    .map((link) => link.url);
}

function isWebAddress(link: unknown): link is string {
  return typeof link === "string" && /^https?:\/\/\S+$/.test(link);
}
