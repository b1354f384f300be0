/**
 * Finds which quota is spent, from an upstream's error.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { StatedLimit, WindowName } from "../../pool/quota/quota_statement.ts";
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
  const quotas = quotasOf(error);
  const limits = quotas.map(({ value }) => value);
  const names = quotas.map(({ id }) => String(id));
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

/** Most limits that are read of one refusal. */
const MOST_LIMITS = 8;

/** The windows of quotas, by a word in their ids. */
const WINDOWS: readonly (readonly [RegExp, WindowName])[] = [
  [/PerMinute/i, "minute"],
  [/PerDay|Daily/i, "day"],
  [/PerWeek|Weekly/i, "week"],
];

/**
 * The quotas that an error names, such as `GenerateContentInputTokensPerModelPerMinute-FreeTier` with the value
 * 250000; without those whose id names no window.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/rate-limits}
 */
export function statedLimits(error: RpcError): readonly StatedLimit[] {
  return quotasOf(error).slice(0, MOST_LIMITS).flatMap(({ id, value }) => {
    const name = String(id);
    const window = WINDOWS.find(([word]) => word.test(name))?.[1];
    if (window === undefined) return [];
    const unit = /Tokens/i.test(name) ? "tokens" : "requests";
    const isNumber = typeof value === "string" && /^\d{1,15}$/.test(value);
    return [{ window, unit, ...(isNumber ? { limit: Number(value) } : {}) }];
  });
}

interface Quota {
  readonly id: unknown;
  readonly value: unknown;
}

/** QuotaFailure has one violation for each quota; ErrorInfo has one quota in its metadata. */
function quotasOf(error: RpcError): readonly Quota[] {
  const quotas: Quota[] = [];
  const failures = error.details.filter((detail) => detail["@type"] === QUOTA_FAILURE);
  for (const { violations } of failures) {
    for (const violation of Array.isArray(violations) ? violations : []) {
      if (!isJsonObject(violation)) continue;
      quotas.push({ id: violation["quotaId"], value: violation["quotaValue"] });
    }
  }
  for (const { metadata } of errorInfo(error)) {
    if (!isJsonObject(metadata)) continue;
    quotas.push({ id: metadata["quota_limit"], value: metadata["quota_limit_value"] });
  }
  return quotas;
}
