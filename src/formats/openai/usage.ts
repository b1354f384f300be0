/**
 * The tokens of a response in OpenAI's form.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/object#chat-object-usage}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { NO_TOKENS, type TokenCounts } from "../shared/response/token_counts.ts";

/** The `usage` of a chat completion, or of a legacy completion. Thoughts count as completion. */
export function completionUsage(counts: TokenCounts = NO_TOKENS): JsonObject {
  return {
    prompt_tokens: counts.prompt,
    completion_tokens: counts.output,
    total_tokens: counts.total,
    prompt_tokens_details: { cached_tokens: counts.cached, audio_tokens: counts.promptAudio },
    completion_tokens_details: {
      reasoning_tokens: counts.thoughts,
      audio_tokens: counts.outputAudio,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
