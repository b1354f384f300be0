/**
 * Tells a limit that is over in a moment from one that lasts: a client that retries does not help against the latter.
 *
 * @see {@link https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto} QuotaFailure
 * @module
 */
import { isJsonObject } from "../../../base/json.ts";
import type { RpcDetail, RpcError } from "../../../gemini/errors/rpc_error.ts";

/** The parts of an error that tell how long it lasts. */
type Refusal = Pick<RpcError, "code" | "details" | "retryAfterMs">;

/** The SDKs of both APIs wait for a stated delay of up to a minute, in ms; after a longer one they retry at once. */
const LONGEST_RETRY_MS = 60_000;

/** A delay that only a spent quota has, in ms. */
const SPENT_MS = 3_600_000;

/** The names of Google's quotas, and of the limits of keys, that last for a day or longer. */
const LASTING = /PerDay|Daily|PerMonth|Monthly/i;

/** Whether an error is a quota that is spent for a day or longer, or one of zero. */
export function isQuotaSpent({ code, details, retryAfterMs }: Refusal): boolean {
  if (code !== 429) return false;
  const isNamed = details.some(isOfLastingQuota);
  if (retryAfterMs === undefined) return isNamed;
  return retryAfterMs > SPENT_MS || (isNamed && retryAfterMs > LONGEST_RETRY_MS);
}

/** Whether a client that retries within seconds gets the same error again. */
export function isLasting(error: Refusal): boolean {
  const { code, retryAfterMs = 0 } = error;
  return code === 501 || retryAfterMs > LONGEST_RETRY_MS || isQuotaSpent(error);
}

function isOfLastingQuota({ violations, metadata }: RpcDetail): boolean {
  const quotas = Array.isArray(violations) ? violations : [];
  if (quotas.some((quota) => isJsonObject(quota) && lasts(quota.quotaId, quota.quotaValue))) {
    return true;
  }
  return isJsonObject(metadata) && lasts(metadata.quota_limit, metadata.quota_limit_value);
}

function lasts(name: unknown, limit: unknown): boolean {
  return limit === "0" || (typeof name === "string" && LASTING.test(name));
}
