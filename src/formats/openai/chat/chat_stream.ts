/**
 * Translates the chunks of a stream to those of a chat completion.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/streaming}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { EventTranslator } from "../../operation.ts";
import { blockReasonOf, candidatesOf } from "../../shared/response/response_parts.ts";
import { dataFrame, DONE_FRAME } from "../../shared/response/sse_frames.ts";
import { countsOf, type TokenCounts } from "../../shared/response/token_counts.ts";
import { openaiErrorBody } from "../openai_error.ts";
import { completionUsage } from "../usage.ts";
import type { ChatScope } from "./chat_scope.ts";
import { type ChoiceDelta, ChoiceDeltas, type Delta } from "./choice_deltas.ts";
import { type CompletionHead, completionHead } from "./completion_head.ts";
import { tierOf } from "../service_tier.ts";

/** The translator of one stream. */
export class ChatStream implements EventTranslator {
  readonly #scope: ChatScope;
  readonly #choices = new Map<number, StreamedChoice>();
  #head: CompletionHead | undefined;
  #tier = "default";
  #usage: TokenCounts | undefined;

  constructor(scope: ChatScope) {
    this.#scope = scope;
  }

  chunk(chunk: JsonObject): string {
    this.#head ??= completionHead(chunk, this.#scope);
    this.#tier = tierOf(chunk);
    // The last chunk has the numbers of all.
    this.#usage = countsOf(chunk) ?? this.#usage;
    const candidates = candidatesOf(chunk);
    let frames = "";
    for (const candidate of candidates) {
      const choice = this.#choice(candidate.index);
      frames += this.#frames(candidate.index, choice.deltas.add(candidate));
    }
    const blocked = blockReasonOf(chunk);
    if (blocked !== undefined && candidates.length === 0) {
      frames += this.#frames(0, this.#choice(0).deltas.block(blocked));
    }
    return frames;
  }

  error(error: RpcError): string {
    return dataFrame(openaiErrorBody(error));
  }

  end(): string {
    if (this.#choices.size === 0) this.#choice(0);
    let frames = "";
    for (const [index, choice] of this.#choices) {
      frames += this.#frames(index, choice.deltas.end());
      if (!choice.hasBegun) frames += this.#begin(index, "");
      frames += this.#frame([{ index, delta: {}, logprobs: null, ...choice.deltas.finish }]);
    }
    if (this.#scope.includesUsage) {
      frames += dataFrame({ ...this.#common(), choices: [], usage: completionUsage(this.#usage) });
    }
    return frames + DONE_FRAME;
  }

  #choice(index: number): StreamedChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = { deltas: new ChoiceDeltas(this.#scope), hasBegun: false };
    this.#choices.set(index, choice);
    return choice;
  }

  #frames(index: number, deltas: readonly ChoiceDelta[]): string {
    let frames = "";
    for (const { delta, logprobs } of deltas) {
      if (!this.#choice(index).hasBegun) frames += this.#begin(index, firstContent(delta));
      frames += this.#frame([{
        index,
        delta: streamed(delta),
        logprobs: logprobs === undefined ? null : { content: logprobs, refusal: null },
        finish_reason: null,
      }]);
    }
    return frames;
  }

  /** The first frame of a choice. */
  #begin(index: number, content: string | null): string {
    this.#choice(index).hasBegun = true;
    const delta = { role: "assistant", content, refusal: null };
    return this.#frame([{ index, delta, logprobs: null, finish_reason: null }]);
  }

  #frame(choices: readonly JsonObject[]): string {
    const usage = this.#scope.includesUsage ? { usage: null } : {};
    return dataFrame({ ...this.#common(), choices, ...usage });
  }

  #common(): JsonObject {
    this.#head ??= completionHead({}, this.#scope);
    const { id, created, model } = this.#head;
    return {
      id,
      object: "chat.completion.chunk",
      created,
      model,
      service_tier: this.#tier,
      system_fingerprint: null,
    };
  }
}

interface StreamedChoice {
  readonly deltas: ChoiceDeltas;
  hasBegun: boolean;
}

/** The content of a choice's first frame: null if it begins without text, as OpenAI has it. */
function firstContent({ tool_calls, function_call, refusal, audio }: Delta): string | null {
  const hasNone = tool_calls ?? function_call ?? refusal ?? audio;
  return hasNone === undefined ? "" : null;
}

/** The delta as clients add it up: the items of its lists have an index. */
function streamed({ annotations, audio, ...delta }: Delta): JsonObject {
  return {
    ...delta,
    ...(audio === undefined ? {} : { audio: withoutType(audio) }),
    ...(annotations === undefined
      ? {}
      : { annotations: annotations.map((annotation, index) => ({ index, ...annotation })) }),
  };
}

function withoutType({ mimeType: _, ...audio }: JsonObject): JsonObject {
  return audio;
}
