/**
 * The log probabilities of tokens in the form of legacy completions.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/completions/object}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { tokenLogprobs } from "../chat/token_logprobs.ts";

/**
 * The `logprobs` of a choice.
 *
 * @param result The native `logprobsResult`.
 * @param start The position of its first token in the text, in characters.
 */
export function textLogprobs(result: JsonObject, start = 0): JsonObject {
  const tokens = tokenLogprobs(result);
  const offsets: number[] = [];
  let offset = start;
  for (const { token } of tokens) {
    offsets.push(offset);
    offset += token.length;
  }
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top_logprobs }) =>
      Object.fromEntries(top_logprobs.map(({ token, logprob }) => [token, logprob]))
    ),
    text_offset: offsets,
  };
}
