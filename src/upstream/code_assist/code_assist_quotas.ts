/**
 * What Code Assist says about an account's quotas.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import {
  LATEST_MS,
  type QuotaStatement,
  windowLasting,
  type WindowName,
} from "../../pool/quota/quota_statement.ts";

/** Most quotas that are read of one response. */
const MOST_STATEMENTS = 128;

/** A reset later than this, in ms, is not that of a daily quota. */
const LONGEST_DAY_MS = 25 * 3_600_000;

/** The windows of retrieveUserQuotaSummary. */
const WINDOWS: ReadonlyMap<unknown, WindowName> = new Map([
  ["5h", "5h"],
  ["daily", "day"],
  ["day", "day"],
  ["weekly", "week"],
  ["week", "week"],
]);

/**
 * Reads the response of retrieveUserQuota, which has a bucket for each model:
 * `{buckets: [{remainingAmount?, remainingFraction, resetTime, tokenType, modelId}]}`. It names no window: these
 * are the daily quotas, unless a reset is further away.
 *
 * @param nowMs In ms since the epoch.
 */
export function quotasOfUser(response: unknown, nowMs: number): readonly QuotaStatement[] {
  return objects(response, "buckets").flatMap((bucket) => {
    const { modelId, tokenType } = bucket;
    const resetsAtMs = timeOf(bucket["resetTime"], nowMs);
    if (typeof modelId !== "string" || modelId === "") return [];
    const isLong = resetsAtMs !== undefined && resetsAtMs - nowMs > LONGEST_DAY_MS;
    const leftFraction = fractionOf(bucket["remainingFraction"]);
    return [{
      model: modelId,
      window: isLong ? "week" : "day",
      unit: tokenType === "TOKENS" ? "tokens" : "requests",
      leftFraction,
      ...limitOf(bucket["remainingAmount"], leftFraction),
      ...(resetsAtMs === undefined ? {} : { resetsAtMs }),
    }];
  });
}

/**
 * Reads the response of retrieveUserQuotaSummary, whose buckets are shared by a family of models:
 * `{groups: [{buckets: [{bucketId: "gemini-5h", window: "5h", remainingFraction, resetTime}]}]}`.
 */
export function quotasOfSummary(response: unknown, nowMs: number): readonly QuotaStatement[] {
  const buckets = objects(response, "groups").flatMap((group) => objects(group, "buckets"));
  return buckets.slice(0, MOST_STATEMENTS).flatMap((bucket) => {
    const { bucketId } = bucket;
    const window = WINDOWS.get(bucket["window"]);
    if (window === undefined || typeof bucketId !== "string") return [];
    const resetsAtMs = timeOf(bucket["resetTime"], nowMs);
    return [{
      model: `${bucketId.replace(/-[^-]*$/, "")}-*`,
      window,
      unit: "requests",
      leftFraction: fractionOf(bucket["remainingFraction"]),
      ...(resetsAtMs === undefined ? {} : { resetsAtMs }),
    }];
  });
}

/** Reads the quotas in the response of fetchAvailableModels: `{models: {"<id>": {quotaInfo}}}`. */
export function quotasOfCatalogue(response: unknown, nowMs: number): readonly QuotaStatement[] {
  const models = isJsonObject(response) ? response["models"] : undefined;
  if (!isJsonObject(models)) return [];
  return Object.entries(models).slice(0, MOST_STATEMENTS).flatMap(([model, entry]) => {
    const info = isJsonObject(entry) ? entry["quotaInfo"] : undefined;
    const resetsAtMs = isJsonObject(info) ? timeOf(info["resetTime"], nowMs) : undefined;
    if (!isJsonObject(info) || resetsAtMs === undefined) return [];
    return [{
      model,
      window: windowLasting(Math.max(resetsAtMs - nowMs, LEAST_MS)),
      unit: "requests",
      leftFraction: fractionOf(info["remainingFraction"]),
      resetsAtMs,
    }];
  });
}

/** The catalogue has no quotas per minute. */
const LEAST_MS = 3_600_000;

/** Google omits a fraction of 0. */
function fractionOf(value: unknown): number {
  return typeof value === "number" ? Math.min(1, Math.max(0, value)) : 0;
}

/** The limit, by the amount and the part that are left. */
function limitOf(amount: unknown, leftFraction: number): { readonly limit?: number } {
  const left = typeof amount === "string" && /^\d{1,15}$/.test(amount) ? Number(amount) : amount;
  // A limit of less than a request is none.
  if (typeof left !== "number" || left < 1 || leftFraction === 0) return {};
  const limit = Math.round(left / leftFraction);
  return Number.isSafeInteger(limit) ? { limit } : {};
}

/** In ms since the epoch; undefined for a time that is over or later than any reset, and for no time. */
function timeOf(value: unknown, nowMs: number): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : NaN;
  return ms > nowMs && ms <= nowMs + LATEST_MS ? ms : undefined;
}

function objects(parent: unknown, name: string): readonly JsonObject[] {
  const list = isJsonObject(parent) ? parent[name] : undefined;
  return Array.isArray(list) ? list.slice(0, MOST_STATEMENTS).filter(isJsonObject) : [];
}
