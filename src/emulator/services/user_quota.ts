/**
 * Code Assist's quota calls: what is left of a user's quotas. The emulator states quotas, but refuses calls only
 * where a script says so.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { parseBody } from "../http/body.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import type { CatalogueModel } from "../models/catalogue.ts";

const HOUR_MS = 3_600_000;

/** The windows of the summary: name, suffix of the bucket's id, and length. */
const WINDOWS = [
  { window: "5h", suffix: "5h", lengthMs: 5 * HOUR_MS },
  { window: "weekly", suffix: "weekly", lengthMs: 168 * HOUR_MS },
] as const;

/** How the summary's quotas relate to the daily one of a model. */
const SUMMARY_SHARE = 2;

/** Handles retrieveUserQuota: the daily requests of each model. */
export function retrieveUserQuota(
  call: ServiceCall,
  { models, checkProject }: {
    readonly models: readonly CatalogueModel[];
    readonly checkProject: (body: JsonObject) => void;
  },
): Promise<Response> {
  checkProject(parseBody(call.rawBody, { message: "RetrieveUserQuotaRequest", flavour: "vertex" }));
  const { requestsPerDay } = call.account;
  const lengthMs = 24 * HOUR_MS;
  const buckets = models.map(({ id }) => {
    const left = Math.max(0, requestsPerDay - used(call, { lengthMs, model: id }));
    return {
      remainingAmount: String(left),
      // Google omits a fraction of 0.
      ...(left === 0 ? {} : { remainingFraction: left / requestsPerDay }),
      resetTime: resetTime(call, lengthMs),
      tokenType: "REQUESTS",
      modelId: id,
    };
  });
  return respondScripted(call, { model: "", make: ({ events }) => events ?? [{ buckets }] });
}

/** Handles retrieveUserQuotaSummary: what all models share. */
export function retrieveUserQuotaSummary(
  call: ServiceCall,
  checkProject: (body: JsonObject) => void,
): Promise<Response> {
  const message = "RetrieveUserQuotaSummaryRequest";
  checkProject(parseBody(call.rawBody, { message, flavour: "vertex" }));
  const limit = SUMMARY_SHARE * call.account.requestsPerDay;
  const buckets = WINDOWS.map(({ window, suffix, lengthMs }) => ({
    bucketId: `gemini-${suffix}`,
    window,
    displayName: `Gemini models, ${window}`,
    remainingFraction: Math.max(0, limit - used(call, { lengthMs })) / limit,
    resetTime: resetTime(call, lengthMs),
  }));
  const groups = [{ displayName: "Gemini models", description: "", buckets }];
  return respondScripted(call, { model: "", make: ({ events }) => events ?? [{ groups }] });
}

/** How many calls count in the present window; of all models by default. */
function used(
  { account, now }: ServiceCall,
  { lengthMs, model }: { readonly lengthMs: number; readonly model?: string },
): number {
  const beganMs = now - now % lengthMs;
  return account.counted.filter((one) =>
    one.atMs >= beganMs && (model === undefined || one.model === model)
  ).length;
}

function resetTime({ now }: ServiceCall, lengthMs: number): string {
  return new Date(now - now % lengthMs + lengthMs).toISOString();
}
