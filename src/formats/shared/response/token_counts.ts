/**
 * The tokens of a native response, as other APIs count them.
 *
 * @see {@link https://ai.google.dev/api/generate-content#UsageMetadata}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { count, modalityCounts, tokenUsage } from "../../../gemini/api/token_usage.ts";

/** The tokens of a response; 0 for what upstream does not report. */
export interface TokenCounts {
  /** Tokens of the prompt, with those of {@linkcode cached} and of the results of tools that Google ran. */
  readonly prompt: number;
  /** Tokens of the prompt that came from a cache. */
  readonly cached: number;
  /** Tokens that the model wrote, with its {@linkcode thoughts}. */
  readonly output: number;
  readonly thoughts: number;
  readonly total: number;
  /** Those of the prompt, and of the output, that are audio. */
  readonly promptAudio: number;
  readonly outputAudio: number;
  /** Those of the prompt, and of the output, that are images. */
  readonly promptImage: number;
  readonly outputImage: number;
}

/** No tokens. */
export const NO_TOKENS: TokenCounts = {
  prompt: 0,
  cached: 0,
  output: 0,
  thoughts: 0,
  total: 0,
  promptAudio: 0,
  outputAudio: 0,
  promptImage: 0,
  outputImage: 0,
};

/**
 * The counts of a response, or of a chunk: the last chunk's are the stream's. Thoughts are counted once, whether the
 * tokens of the candidates include them or not.
 *
 * @returns Undefined if the response has no counts.
 */
export function countsOf(response: JsonObject): TokenCounts | undefined {
  const usage = response.usageMetadata;
  if (!isJsonObject(usage)) return undefined;
  const written = modalityCounts(usage.candidatesTokensDetails);
  const read = modalityCounts(usage.promptTokensDetails);
  const { prompt, cached, tool, candidates, thoughts, total } = tokenUsage({
    prompt: count(usage.promptTokenCount),
    cached: count(usage.cachedContentTokenCount),
    tool: count(usage.toolUsePromptTokenCount),
    candidates: count(usage.candidatesTokenCount),
    thoughts: count(usage.thoughtsTokenCount),
    total: count(usage.totalTokenCount),
  }, written === undefined ? {} : { written });
  return {
    prompt: prompt + tool,
    cached,
    output: candidates + thoughts,
    thoughts,
    total,
    promptAudio: read?.AUDIO ?? 0,
    outputAudio: written?.AUDIO ?? 0,
    promptImage: read?.IMAGE ?? 0,
    outputImage: written?.IMAGE ?? 0,
  };
}

/** The sum of the counts of several responses. */
export function sumOfCounts(responses: readonly JsonObject[]): TokenCounts {
  return responses.map((response) => countsOf(response) ?? NO_TOKENS).reduce((one, other) => ({
    prompt: one.prompt + other.prompt,
    cached: one.cached + other.cached,
    output: one.output + other.output,
    thoughts: one.thoughts + other.thoughts,
    total: one.total + other.total,
    promptAudio: one.promptAudio + other.promptAudio,
    outputAudio: one.outputAudio + other.outputAudio,
    promptImage: one.promptImage + other.promptImage,
    outputImage: one.outputImage + other.outputImage,
  }), NO_TOKENS);
}
