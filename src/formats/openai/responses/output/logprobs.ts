/**
 * The log probabilities of a candidate as those of OpenAI's text.
 *
 * @see {@link https://ai.google.dev/api/generate-content#LogprobsResult}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { utf8Bytes } from "../../../../base/text/text.ts";

/** The log probabilities of the tokens, with those of the likeliest others. `result`: a `logprobsResult`. */
export function logprobsOf(result: JsonObject | undefined): JsonObject[] {
  const tops = listOf(result?.topCandidates);
  return listOf(result?.chosenCandidates).map((chosen, index) => {
    const top = tops[index];
    const others = isJsonObject(top) ? listOf(top.candidates) : [];
    return { ...logprobOf(chosen), top_logprobs: others.map(logprobOf) };
  });
}

function logprobOf(candidate: unknown) {
  const { token, logProbability } = isJsonObject(candidate) ? candidate : {};
  const text = typeof token === "string" ? token : "";
  return {
    token: text,
    bytes: [...utf8Bytes(text)],
    logprob: typeof logProbability === "number" ? logProbability : 0,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
