/**
 * Translates a whole response to a legacy completion.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/completions/object}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import {
  blockReasonOf,
  type Candidate,
  candidatesOf,
} from "../../shared/response/response_parts.ts";
import { sumOfCounts } from "../../shared/response/token_counts.ts";
import { completionHead, type HeadScope } from "../chat/completion_head.ts";
import { finishReason, nativeFinishReason } from "../finish_reason.ts";
import { completionUsage } from "../usage.ts";
import { textLogprobs } from "./text_logprobs.ts";

/** The prefix of ids. */
export const COMPLETION_PREFIX = "cmpl-";

/** What the response depends on. */
export interface WholeScope extends HeadScope {
  /** How many choices each prompt has. */
  readonly n: number;
}

/** The completion of the native responses, one for each prompt. */
export function wholeTextCompletion(
  responses: readonly JsonObject[],
  { n, ...scope }: WholeScope,
): JsonObject {
  const [first = {}] = responses;
  const { id, created, model } = completionHead(first, { ...scope, prefix: COMPLETION_PREFIX });
  return {
    id,
    object: "text_completion",
    created,
    model,
    choices: responses.flatMap((response, nth) => choicesOf(response, nth * n)),
    usage: completionUsage(sumOfCounts(responses)),
    system_fingerprint: null,
  };
}

/** @param start The index of the first choice. */
function choicesOf(response: JsonObject, start: number): JsonObject[] {
  const candidates = candidatesOf(response);
  if (candidates.length === 0) {
    const finish_reason = blockReasonOf(response) === undefined ? "stop" : "content_filter";
    return [{ text: "", index: start, logprobs: null, finish_reason }];
  }
  return candidates.map((candidate) => ({
    text: completionText(candidate),
    index: start + candidate.index,
    logprobs: candidate.logprobs === undefined ? null : textLogprobs(candidate.logprobs),
    finish_reason: finishReason(candidate.finishReason),
    ...nativeFinishReason(candidate.finishReason),
  }));
}

/** The text of a candidate, or of its chunk, without thoughts. */
export function completionText({ parts }: Candidate): string {
  return parts.map((part) => part.type === "text" ? part.text : "").join("");
}
