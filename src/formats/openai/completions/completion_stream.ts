/**
 * Translates the chunks of a stream to those of a legacy completion.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/completions/object}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { EventTranslator } from "../../operation.ts";
import { blockReasonOf, candidatesOf } from "../../shared/response/response_parts.ts";
import { dataFrame, DONE_FRAME } from "../../shared/response/sse_frames.ts";
import { countsOf, type TokenCounts } from "../../shared/response/token_counts.ts";
import { type CompletionHead, completionHead, type HeadScope } from "../chat/completion_head.ts";
import { finishReason, nativeFinishReason } from "../finish_reason.ts";
import { openaiErrorBody } from "../openai_error.ts";
import { completionUsage } from "../usage.ts";
import { COMPLETION_PREFIX, completionText } from "./completion_response.ts";
import { textLogprobs } from "./text_logprobs.ts";

/** What the response depends on. */
export interface CompletionScope extends HeadScope {
  /** Whether a stream ends with its usage. */
  readonly includesUsage: boolean;
}

/** One choice of a stream. */
interface StreamedChoice {
  /** The length of its text so far, in characters. */
  length: number;
  reason: string | undefined;
}

/** The translator of one stream. */
export class CompletionStream implements EventTranslator {
  readonly #scope: CompletionScope;
  readonly #choices = new Map<number, StreamedChoice>();
  #head: CompletionHead | undefined;
  #usage: TokenCounts | undefined;
  #isBlocked = false;

  constructor(scope: CompletionScope) {
    this.#scope = scope;
  }

  chunk(chunk: JsonObject): string {
    this.#head ??= completionHead(chunk, { ...this.#scope, prefix: COMPLETION_PREFIX });
    // The last chunk has the numbers of all.
    this.#usage = countsOf(chunk) ?? this.#usage;
    let frames = "";
    const candidates = candidatesOf(chunk);
    for (const candidate of candidates) {
      const { index } = candidate;
      const choice = this.#choice(index);
      choice.reason = candidate.finishReason ?? choice.reason;
      const text = completionText(candidate);
      const logprobs = candidate.logprobs && textLogprobs(candidate.logprobs, choice.length);
      choice.length += text.length;
      if (text === "" && logprobs === undefined) continue;
      frames += this.#frame([{ text, index, logprobs: logprobs ?? null, finish_reason: null }]);
    }
    if (candidates.length === 0 && blockReasonOf(chunk) !== undefined) this.#isBlocked = true;
    return frames;
  }

  error(error: RpcError): string {
    return dataFrame(openaiErrorBody(error));
  }

  end(): string {
    if (this.#choices.size === 0) this.#choice(0);
    let frames = "";
    for (const [index, { reason }] of this.#choices) {
      const finish = this.#isBlocked
        ? { finish_reason: "content_filter" }
        : { finish_reason: finishReason(reason), ...nativeFinishReason(reason) };
      frames += this.#frame([{ text: "", index, logprobs: null, ...finish }]);
    }
    if (this.#scope.includesUsage) {
      frames += dataFrame({ ...this.#common(), choices: [], usage: completionUsage(this.#usage) });
    }
    return frames + DONE_FRAME;
  }

  #choice(index: number): StreamedChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = { length: 0, reason: undefined };
    this.#choices.set(index, choice);
    return choice;
  }

  #frame(choices: readonly JsonObject[]): string {
    const usage = this.#scope.includesUsage ? { usage: null } : {};
    return dataFrame({ ...this.#common(), choices, ...usage });
  }

  #common(): JsonObject {
    this.#head ??= completionHead({}, { ...this.#scope, prefix: COMPLETION_PREFIX });
    const { id, created, model } = this.#head;
    return { id, object: "text_completion", created, model, system_fingerprint: null };
  }
}
