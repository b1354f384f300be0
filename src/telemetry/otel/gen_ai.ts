/**
 * The names of OpenTelemetry's conventions for generative AI. No package has them since they left the main
 * repository.
 *
 * @see {@link https://github.com/open-telemetry/semantic-conventions-genai} version 0.1.0
 * @module
 */

/** Attributes of spans and metrics. */
export const GEN_AI = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  model: "gen_ai.request.model",
  stream: "gen_ai.request.stream",
  maxTokens: "gen_ai.request.max_tokens",
  temperature: "gen_ai.request.temperature",
  topP: "gen_ai.request.top_p",
  topK: "gen_ai.request.top_k",
  seed: "gen_ai.request.seed",
  choices: "gen_ai.request.choice.count",
  reasoningLevel: "gen_ai.request.reasoning.level",
  outputType: "gen_ai.output.type",
  conversation: "gen_ai.conversation.id",
  responseId: "gen_ai.response.id",
  responseModel: "gen_ai.response.model",
  finishReasons: "gen_ai.response.finish_reasons",
  firstChunk: "gen_ai.response.time_to_first_chunk",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cachedTokens: "gen_ai.usage.cache_read.input_tokens",
  reasoningTokens: "gen_ai.usage.reasoning.output_tokens",
  tokenType: "gen_ai.token.type",
  tokenModality: "gen_ai.token.modality",
} as const;

/** The metrics that earlier versions have as well, and that are always sent. */
export const GEN_AI_METRICS = {
  duration: "gen_ai.client.operation.duration",
  tokens: "gen_ai.client.token.usage",
} as const;

/** The metrics that are new in this version. */
export const LATEST_GEN_AI_METRICS = {
  duration: "gen_ai.client.inference.duration",
  firstChunk: "gen_ai.client.inference.time_to_first_chunk",
  inputTokens: "gen_ai.client.inference.operation.input_tokens",
  outputTokens: "gen_ai.client.inference.operation.output_tokens",
  input: "gen_ai.client.inference.usage.input_tokens",
  output: "gen_ai.client.inference.usage.output_tokens",
  cached: "gen_ai.client.inference.usage.cache_read.input_tokens",
  reasoning: "gen_ai.client.inference.usage.reasoning.output_tokens",
} as const;

/** Bounds of the histograms of durations, in s, as the conventions state them. */
export const DURATION_BOUNDS: readonly number[] = [
  ...[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64],
  ...[1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
];

/** Bounds of the histograms of tokens, likewise. */
export const TOKEN_BOUNDS: readonly number[] = Array.from({ length: 14 }, (_, nth) => 4 ** nth);
