/**
 * The fields of a legacy completion's request: how each is treated.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/completions/create}
 * @module
 */
import { type FieldRule, ignored, mapped, refused } from "../../field_rule.ts";

/** Every field. */
export const COMPLETION_FIELDS: readonly FieldRule[] = [
  mapped("model", "The model; your aliases apply"),
  mapped(
    "prompt",
    "The user's message; each of a list is a call of its own, of at most 16; one for a stream",
  ),
  mapped("stream", "`streamGenerateContent`"),
  mapped("stream_options.include_usage", "A last chunk with `usage`"),
  ignored("stream_options.include_obfuscation", "Chunks are not padded"),
  mapped(
    "max_tokens",
    "`maxOutputTokens`, at most what the model can write: Gemini counts thoughts, too",
  ),
  mapped("temperature", "`temperature`"),
  mapped("top_p", "`topP`"),
  mapped("top_k", "`topK`"),
  mapped("n", "`candidateCount`"),
  mapped("stop", "`stopSequences`"),
  mapped("seed", "`seed`; only its lower 32 bits"),
  mapped("presence_penalty", "`presencePenalty`; Gemini 3 has none: dropped with a warning"),
  mapped("frequency_penalty", "`frequencyPenalty`; the same"),
  mapped("logprobs", "`responseLogprobs` and `logprobs`"),
  mapped("best_of", "1 or `n`: Gemini returns all that it writes"),
  mapped("user", "The conversation's id: it stays with one account"),
  ignored("logit_bias", "Gemini has other tokens"),
  mapped("echo", "`false`: Gemini does not repeat the prompt"),
  refused("suffix", "Gemini does not write into the middle of a text"),
];
