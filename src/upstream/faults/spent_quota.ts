/**
 * Finds which quota is spent, from an upstream's error.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import { errorInfo, reasonsOf } from "./error_reasons.ts";
import type { SpentQuota } from "./upstream_fault.ts";

const QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure";

/** A limit of exactly zero. */
const LIMIT_OF_ZERO = /\blimit:\s*0(?!\d|\.\d)/i;

/**
 * The spent quota; if there are several, the one that is reset last.
 *
 * @param error Any error; only quota errors have a spent quota.
 * @returns `undefined` if upstream does not name it.
 */
export function spentQuota(error: RpcError): SpentQuota | undefined {
  const { limits, names } = quotasOf(error);
  const reasons = reasonsOf(error);
  if (limits.includes("0") || LIMIT_OF_ZERO.test(error.message)) return "none";
  // Credits are bought, not reset.
  if (reasons.includes("INSUFFICIENT_G1_CREDITS_BALANCE")) return "none";
  if (names.some((name) => /PerDay|Daily/i.test(name))) return "day";
  // The Interactions API names no quota, but its codes distinguish the two.
  if (error.textCode === "quota_exceeded") return "day";
  if (error.textCode === "rate_limit_exceeded") return "minute";
  if (names.some((name) => /PerMinute/i.test(name))) return "minute";
  return reasons.includes("RATE_LIMIT_EXCEEDED") ? "minute" : undefined;
}

interface Quotas {
  readonly limits: readonly unknown[];
  readonly names: readonly string[];
}

/** QuotaFailure has one violation for each quota; ErrorInfo has one quota in its metadata. */
function quotasOf(error: RpcError): Quotas {
  const limits: unknown[] = [];
  const names: string[] = [];
  const failures = error.details.filter((detail) => detail["@type"] === QUOTA_FAILURE);
  for (const { violations } of failures) {
    for (const violation of Array.isArray(violations) ? violations : []) {
      if (!isJsonObject(violation)) continue;
      limits.push(violation["quotaValue"]);
      names.push(String(violation["quotaId"]));
    }
  }
  for (const { metadata } of errorInfo(error)) {
    if (!isJsonObject(metadata)) continue;
    limits.push(metadata["quota_limit_value"]);
    names.push(String(metadata["quota_limit"]));
  }
  return { limits, names };
}
