/**
 * The log probabilities of tokens in the form of chat completions.
 *
 * @see {@link https://ai.google.dev/api/generate-content#LogprobsResult}
 * @see {@link https://platform.openai.com/docs/api-reference/chat/object#chat-object-choices-logprobs}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { utf8Bytes } from "../../../base/text/text.ts";

/** A token and its probability. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

/** A token that was chosen, with those that were likely in its place. */
export interface ChosenLogprob extends TokenLogprob {
  readonly top_logprobs: readonly TokenLogprob[];
}

/** The chosen tokens of a `logprobsResult`. */
export function tokenLogprobs(result: JsonObject): ChosenLogprob[] {
  const tops = listIn(result, "topCandidates");
  return listIn(result, "chosenCandidates").map((chosen, index) => ({
    ...tokenLogprob(chosen),
    top_logprobs: listIn(tops[index] ?? {}, "candidates").map(tokenLogprob),
  }));
}

function tokenLogprob(candidate: JsonObject): TokenLogprob {
  const token = typeof candidate.token === "string" ? candidate.token : "";
  const logprob = typeof candidate.logProbability === "number" ? candidate.logProbability : 0;
  return { token, logprob, bytes: [...utf8Bytes(token)] };
}

function listIn(object: JsonObject, name: string): JsonObject[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
