/**
 * Reads the token usage that the Gemini API reports to OpenAI's clients.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/object} `usage`
 * @module
 */
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { count, type TokenUsage } from "./api/token_usage.ts";

/**
 * The usage in a usage object, as `{"prompt_tokens":3,"completion_tokens":2,"total_tokens":9}`. Google counts thoughts in
 * the total alone, and OpenAI in the tokens of the completion.
 *
 * @returns Undefined if it is of another API.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openAiUsage } from "./openai_usage.ts";
 *
 * assert.equal(openAiUsage({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 9 })?.thoughts, 4);
 * ```
 */
export function openAiUsage(usage: JsonObject): TokenUsage | undefined {
  if (!("prompt_tokens" in usage)) return undefined;
  const prompt = count(usage["prompt_tokens"]);
  const written = count(usage["completion_tokens"]);
  const total = Math.max(count(usage["total_tokens"]), prompt + written);
  const hidden = total - prompt - written;
  const thoughts = detail(usage["completion_tokens_details"], "reasoning_tokens") || hidden;
  return {
    prompt,
    cached: detail(usage["prompt_tokens_details"], "cached_tokens"),
    tool: 0,
    candidates: hidden > 0 ? written : Math.max(0, written - thoughts),
    thoughts,
    total,
  };
}

function detail(details: unknown, name: string): number {
  return isJsonObject(details) ? count(details[name]) : 0;
}
