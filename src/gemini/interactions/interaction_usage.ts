/**
 * Reads the token usage that the Interactions API reports.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import type { TokenUsage } from "../api/token_usage.ts";
import { jsonMember } from "../json/json_member.ts";
import { parseBounded } from "../json/parse_bounded.ts";

/** The usage object is small. */
const LIMITS = { bytes: 64 * 1024, values: 10_000 } as const;

/**
 * Reads a usage object.
 *
 * @param json The bytes of the object, as `{"total_input_tokens":3}`.
 * @returns Undefined if the object is malformed or has no total.
 */
export function interactionUsage(json: Uint8Array): TokenUsage | undefined {
  try {
    const usage = parseBounded(json, LIMITS);
    if (!isJsonObject(usage) || typeof usage["total_tokens"] !== "number") return undefined;
    return {
      prompt: count(usage["total_input_tokens"]),
      cached: count(usage["total_cached_tokens"]),
      tool: count(usage["total_tool_use_tokens"]),
      candidates: count(usage["total_output_tokens"]),
      thoughts: count(usage["total_thought_tokens"]),
      total: usage["total_tokens"],
    };
  } catch {
    return undefined;
  }
}

/** Reads the usage in a whole response, such as an interaction. */
export function usageOfInteraction(json: Uint8Array): TokenUsage | undefined {
  try {
    const usage = jsonMember(json, "usage");
    return usage && interactionUsage(usage);
  } catch {
    // A response that is not JSON has no usage.
    return undefined;
  }
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
