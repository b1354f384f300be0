/**
 * Reads the token usage that the Interactions API reports.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import {
  count,
  modalityCounts,
  type TokenUsage,
  tokenUsage,
  withModalities,
} from "../api/token_usage.ts";
import { jsonMember } from "../json/json_member.ts";
import { parseBounded } from "../json/parse_bounded.ts";
import { openAiUsage } from "../openai_usage.ts";

/** The usage object is small. */
const LIMITS = { bytes: 64 * 1024, values: 10_000 } as const;

/** Members of which a usage has at least one. */
const TOTALS = ["total_tokens", "total_input_tokens", "total_output_tokens"];

/**
 * Reads a usage object, also in the form of the endpoint for OpenAI's clients, whose responses have the same member.
 *
 * @param json The bytes of the object, as `{"total_input_tokens":3}`.
 * @returns Undefined if the object is malformed or has no totals.
 */
export function interactionUsage(json: Uint8Array): TokenUsage | undefined {
  try {
    const usage = parseBounded(json, LIMITS);
    if (!isJsonObject(usage)) return undefined;
    const openAi = openAiUsage(usage);
    if (openAi !== undefined) return openAi;
    if (!TOTALS.some((name) => name in usage)) return undefined;
    const written = modalityCounts(usage["output_tokens_by_modality"], "tokens");
    return withModalities(
      tokenUsage({
        prompt: count(usage["total_input_tokens"]),
        cached: count(usage["total_cached_tokens"]),
        tool: count(usage["total_tool_use_tokens"]),
        candidates: count(usage["total_output_tokens"]),
        thoughts: count(usage["total_thought_tokens"]),
        total: count(usage["total_tokens"]),
      }, { written }),
      {
        prompt: modalityCounts(usage["input_tokens_by_modality"], "tokens"),
        cached: modalityCounts(usage["cached_tokens_by_modality"], "tokens"),
        tool: modalityCounts(usage["tool_use_tokens_by_modality"], "tokens"),
        candidates: written,
      },
    );
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
