/**
 * One response from its first chunk to its end.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { RpcError } from "../../../../gemini/errors/rpc_error.ts";
import type { KeptExchange } from "../../../operation.ts";
import { finishKind } from "../../../shared/response/finish_reasons.ts";
import {
  blockReasonOf,
  type Candidate,
  candidatesOf,
} from "../../../shared/response/response_parts.ts";
import { countsOf, type TokenCounts } from "../../../shared/response/token_counts.ts";
import { tierOf } from "../../service_tier.ts";
import { ModelContent } from "../input/kept_parts.ts";
import { logprobsOf } from "./logprobs.ts";
import { addRefusal } from "./message_item.ts";
import type { EventSink } from "./response_events.ts";
import {
  endedResponse,
  errorCode,
  type Outcome,
  pendingResponse,
  type ResponseFrame,
} from "./response_object.ts";
import { type OutputOptions, ResponseOutput } from "./response_output.ts";

/** What a response depends on. */
export interface RunOptions extends Omit<OutputOptions, "responseId" | "sink"> {
  readonly frame: ResponseFrame;
  /** Keeps the exchange; undefined if the client wants nothing kept. */
  readonly keep: ((exchange: KeptExchange) => void) | undefined;
  /** The exchange's contents of the request. */
  readonly asked: readonly JsonObject[];
  /** The id of the response before it. */
  readonly previous: string | undefined;
}

/** A response that is being written. */
export class ResponseRun {
  readonly #options: RunOptions;
  readonly #sink: EventSink;
  readonly #output: ResponseOutput;
  readonly #content = new ModelContent();
  #hasBegun = false;
  #outcome: Outcome | undefined;
  #counts: TokenCounts | undefined;
  #tier: string | undefined;

  constructor(options: RunOptions, sink: EventSink) {
    this.#options = options;
    this.#sink = sink;
    this.#output = new ResponseOutput({ ...options, responseId: options.frame.id, sink });
  }

  /** Reports that the response has begun; once. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const response = pendingResponse(this.#options.frame);
    this.#sink.emit("created", { response });
    this.#sink.emit("in_progress", { response });
  }

  /** Adds a chunk, or a whole response. Only its first candidate counts: Responses have no others. */
  add(chunk: JsonObject): void {
    this.begin();
    this.#counts = countsOf(chunk) ?? this.#counts;
    if (isJsonObject(chunk.usageMetadata)) this.#tier = tierOf(chunk);
    const candidate = candidatesOf(chunk).find(({ index }) => index === 0);
    if (candidate !== undefined) this.#addCandidate(candidate, rawParts(chunk));
    const blocked = blockReasonOf(chunk);
    if (candidate === undefined && blocked !== undefined) this.#block(blocked);
  }

  /** Ends a response that did not fail, and returns it. */
  end(): JsonObject {
    this.begin();
    const outcome = this.#outcome ?? { status: "completed" };
    this.#output.finish(outcome.status === "completed" ? "completed" : "incomplete");
    if (outcome.status !== "failed") this.#keep();
    return this.#report(outcome);
  }

  /** Ends a response that failed in the middle, and returns it. */
  fail({ status, message }: RpcError): JsonObject {
    this.begin();
    this.#output.finish("incomplete");
    return this.#report({ status: "failed", code: errorCode(status), message });
  }

  #addCandidate(candidate: Candidate, raw: readonly JsonObject[]): void {
    const { parts, finishReason, finishMessage, groundingMetadata } = candidate;
    if (groundingMetadata !== undefined) this.#output.ground(groundingMetadata);
    const logprobs = this.#options.include.has("message.output_text.logprobs")
      ? logprobsOf(candidate.logprobs)
      : [];
    const firstText = parts.findIndex(({ type }) => type === "text");
    for (const [index, part] of parts.entries()) {
      const place = this.#output.add(part, index === firstText ? logprobs : []);
      this.#content.add(raw[index] ?? {}, place);
    }
    if (finishReason !== undefined) this.#outcome = outcomeOf(finishReason, finishMessage);
  }

  #block(reason: string): void {
    addRefusal(this.#output.list, reason);
    this.#outcome = { status: "incomplete", reason: "content_filter" };
  }

  #report(outcome: Outcome): JsonObject {
    const { frame } = this.#options;
    const output = this.#output.list.items;
    const end = { outcome, output, counts: this.#counts, tier: this.#tier };
    const response = endedResponse(frame, end);
    if (outcome.status === "failed") this.#sink.fail(outcome);
    this.#sink.emit(outcome.status, { response });
    return response;
  }

  #keep(): void {
    const { keep, asked, previous } = this.#options;
    if (keep === undefined) return;
    const contents = [...asked, ...this.#content.build()];
    keep(previous === undefined ? { contents } : { previous, contents });
  }
}

function outcomeOf(reason: string, message: string | undefined): Outcome {
  switch (finishKind(reason)) {
    case "stop":
      return { status: "completed" };
    case "length":
      return { status: "incomplete", reason: "max_output_tokens" };
    case "filter":
      return { status: "incomplete", reason: "content_filter" };
    case "malformed":
      return {
        status: "failed",
        code: "server_error",
        message: `The model ended with ${reason}${message === undefined ? "" : `: ${message}`}`,
      };
  }
}

/** The parts of the first candidate as they came, in the order of {@linkcode candidatesOf}. */
function rawParts({ candidates }: JsonObject): readonly JsonObject[] {
  const list: readonly unknown[] = Array.isArray(candidates) ? candidates : [];
  const known = list.filter(isJsonObject);
  const first = known.find(({ index }, position) => (index ?? position) === 0);
  const parts = isJsonObject(first?.content) ? first.content.parts : undefined;
  return Array.isArray(parts) ? parts.filter(isJsonObject) : [];
}
