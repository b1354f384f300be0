/**
 * Service tiers in OpenAI's words and in Google's.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/flex-inference}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { RequestFields } from "../shared/fields/request_fields.ts";

const NATIVE: ReadonlyMap<unknown, string> = new Map([
  ["flex", "flex"],
  ["priority", "priority"],
  ["fast", "priority"],
]);

/** The native tier of a name that is not checked; undefined for Google's default. */
export function nativeTier(name: unknown): string | undefined {
  return NATIVE.get(name);
}

/**
 * The native tier that a request asks for; undefined for Google's default.
 *
 * @throws {RpcError} INVALID_ARGUMENT for another tier.
 */
export function readTier(body: RequestFields): string | undefined {
  const tiers = ["auto", "default", "standard", "flex", "priority", "fast", "scale"] as const;
  return nativeTier(body.word("service_tier", tiers));
}

/** The tier that served a response, in OpenAI's words. */
export function tierOf(response: JsonObject): string {
  const usage = response.usageMetadata;
  const tier = isJsonObject(usage) ? usage.serviceTier : undefined;
  return typeof tier === "string" && NATIVE.has(tier.toLowerCase())
    ? tier.toLowerCase()
    : "default";
}
