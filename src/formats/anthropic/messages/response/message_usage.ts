/**
 * The usage of a message, in Anthropic's terms: input without what was read from a cache, output with thoughts.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages#response-usage}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { TokenCounts } from "../../../shared/response/token_counts.ts";

/** What a usage is computed from. */
export interface UsageFacts {
  readonly counts: TokenCounts;
  /** How many searches Google ran; undefined if the request did not allow searches. */
  readonly searches: number | undefined;
}

/** The usage in `message_delta`: these numbers replace those of `message_start`. */
export function endUsage({ counts, searches }: UsageFacts): JsonObject {
  const { prompt, cached, output, thoughts } = counts;
  return {
    input_tokens: Math.max(0, prompt - cached),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: thoughts },
    ...(searches === undefined
      ? {}
      : { server_tool_use: { web_search_requests: searches, web_fetch_requests: 0 } }),
  };
}

/** The usage in `message_start`, and of a whole message. */
export function messageUsage(facts: UsageFacts): JsonObject {
  return {
    ...endUsage(facts),
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    service_tier: "standard",
  };
}
