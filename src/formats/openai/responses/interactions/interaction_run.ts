/**
 * One response from the steps or the events of an interaction.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/interactions}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject, parsedObject } from "../../../../base/json.ts";
import { count } from "../../../../gemini/api/token_usage.ts";
import { RpcError } from "../../../../gemini/errors/rpc_error.ts";
import type { TokenCounts } from "../../../shared/response/token_counts.ts";
import { NO_TOKENS } from "../../../shared/response/token_counts.ts";
import type { ResponsePart } from "../../../shared/response/response_parts.ts";
import type { EventSink } from "../output/response_events.ts";
import {
  endedResponse,
  errorCode,
  type Outcome,
  pendingResponse,
  type ResponseFrame,
} from "../output/response_object.ts";
import { type OutputOptions, ResponseOutput } from "../output/response_output.ts";
import { responseIdOf } from "./interaction_ids.ts";

/** What a response depends on. Its id is that of the interaction. */
export interface InteractionOptions extends Omit<OutputOptions, "responseId" | "sink"> {
  readonly frame: Omit<ResponseFrame, "id">;
  /** The id of a response whose interaction did not tell its id. */
  readonly newId: () => string;
}

/** Most characters of a call's arguments that come in pieces. */
const LONGEST_ARGUMENTS = 16 * 1024 * 1024;

/** A step that is being written. */
interface OpenStep {
  readonly step: JsonObject;
  args: string;
}

/** A response that is being written. */
export class InteractionRun {
  readonly #options: InteractionOptions;
  readonly #sink: EventSink;
  #begun: { readonly frame: ResponseFrame; readonly output: ResponseOutput } | undefined;
  readonly #open = new Map<unknown, OpenStep>();
  #status: string | undefined;
  #counts: TokenCounts | undefined;
  #errors: readonly JsonObject[] = [];

  constructor(options: InteractionOptions, sink: EventSink) {
    this.#options = options;
    this.#sink = sink;
  }

  /** Reads an event of a stream. */
  event(event: JsonObject): void {
    const { event_type: type, index, step, delta, interaction } = event;
    if (isJsonObject(interaction)) this.#note(interaction);
    else if (type === "interaction.status_update") {
      this.#note({ ...event, id: event.interaction_id });
    } else if (type === "step.start" && isJsonObject(step)) this.#startStep(index, step);
    else if (type === "step.delta" && isJsonObject(delta)) this.#addDelta(index, delta);
    else if (type === "step.stop") this.#stopStep(index);
  }

  /** Reads a whole interaction. */
  whole(interaction: JsonObject): void {
    this.#note(interaction);
    for (const step of listOf(interaction.steps)) this.#addStep(step);
  }

  /**
   * Ends the response, and returns it.
   *
   * @throws {RpcError} UNAVAILABLE if the interaction did not end: its stream broke off.
   */
  end(): JsonObject {
    if (this.#status === undefined || this.#status === "in_progress") throw unfinished();
    const { output, frame } = this.#begin();
    const outcome = outcomeOf(this.#status, this.#errors);
    output.finish(outcome.status === "completed" ? "completed" : "incomplete");
    return this.#report(outcome, { output, frame });
  }

  /** Ends a response that failed in the middle, and returns it. */
  fail({ status, message }: RpcError): JsonObject {
    const begun = this.#begin();
    begun.output.finish("incomplete");
    return this.#report({ status: "failed", code: errorCode(status), message }, begun);
  }

  #report(
    outcome: Outcome,
    { output, frame }: { readonly output: ResponseOutput; readonly frame: ResponseFrame },
  ): JsonObject {
    const { items } = output.list;
    const end = { outcome, output: items, counts: this.#counts, tier: undefined };
    const response = endedResponse(frame, end);
    if (outcome.status === "failed") this.#sink.fail(outcome);
    this.#sink.emit(outcome.status, { response });
    return response;
  }

  /** Begins the response as soon as its id is known, or something has to be written. */
  #begin(id?: string) {
    if (this.#begun !== undefined) return this.#begun;
    const responseId = id === undefined ? this.#options.newId() : responseIdOf(id);
    const frame = { ...this.#options.frame, id: responseId };
    const output = new ResponseOutput({ ...this.#options, responseId, sink: this.#sink });
    this.#begun = { frame, output };
    const response = pendingResponse(frame);
    this.#sink.emit("created", { response });
    this.#sink.emit("in_progress", { response });
    return this.#begun;
  }

  #note({ id, status, usage, errors }: JsonObject): void {
    this.#begin(typeof id === "string" && id !== "" ? id : undefined);
    if (typeof status === "string") this.#status = status;
    if (isJsonObject(usage)) this.#counts = countsOf(usage);
    if (Array.isArray(errors)) this.#errors = listOf(errors);
  }

  #add(part: ResponsePart): void {
    this.#begin().output.add(part, []);
  }

  #startStep(index: unknown, step: JsonObject): void {
    if (step.type === "function_call") this.#open.set(index, { step, args: "" });
    else this.#addStep(step);
  }

  #addDelta(index: unknown, delta: JsonObject): void {
    const open = this.#open.get(index);
    if (delta.type === "arguments_delta" && open !== undefined) {
      const { arguments: args } = delta;
      if (typeof args === "string" && open.args.length < LONGEST_ARGUMENTS) open.args += args;
    } else if (delta.type === "thought_summary") this.#addThought(delta.content);
    else this.#addContent(delta);
  }

  #stopStep(index: unknown): void {
    const open = this.#open.get(index);
    if (open === undefined) return;
    this.#open.delete(index);
    const args = open.args === "" ? open.step.arguments : parsedObject(open.args);
    this.#addStep({ ...open.step, arguments: args });
  }

  #addStep(step: JsonObject): void {
    const { type, content, summary, name, id, arguments: args, result } = step;
    const given = isJsonObject(args) ? args : {};
    if (type === "thought") listOf(summary).forEach((one) => this.#addThought(one));
    else if (type === "model_output") listOf(content).forEach((one) => this.#addContent(one));
    else if (type === "function_call") {
      const known = typeof id === "string" ? id : undefined;
      this.#add({ type: "call", name: String(name ?? ""), args: given, ...defined({ id: known }) });
    } else if (type === "google_search_call" && Array.isArray(given.queries)) {
      this.#begin().output.ground({ webSearchQueries: given.queries });
    } else if (type === "code_execution_call" && typeof given.code === "string") {
      this.#add({ type: "code", code: given.code, language: "PYTHON" });
    } else if (type === "code_execution_result" && typeof result === "string") {
      this.#add({ type: "codeResult", output: result, outcome: "OUTCOME_OK" });
    }
  }

  #addThought(content: unknown): void {
    if (!isJsonObject(content) || typeof content.text !== "string") return;
    this.#add({ type: "thought", text: content.text });
  }

  #addContent({ type, text, data, mime_type: mimeType }: JsonObject): void {
    if (type === "text" && typeof text === "string") this.#add({ type: "text", text });
    else if (type === "image" && typeof data === "string") {
      const image = typeof mimeType === "string" ? mimeType : "image/png";
      this.#add({ type: "media", mimeType: image, data, isThought: false });
    }
  }
}

function unfinished(): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "Upstream's response ended before the interaction did, so its end is missing; send the request again",
  );
}

function outcomeOf(status: string | undefined, errors: readonly JsonObject[]): Outcome {
  switch (status) {
    case "incomplete":
    case "budget_exceeded":
    case "requires_continuation":
      return { status: "incomplete", reason: "max_output_tokens" };
    case "failed":
    case "cancelled": {
      const { code, message } = errors[0] ?? {};
      if (code === "safety") return { status: "incomplete", reason: "content_filter" };
      const why = typeof message === "string" ? message : `The interaction is ${status}`;
      return { status: "failed", code: "server_error", message: why };
    }
    default:
      return { status: "completed" };
  }
}

function countsOf(usage: JsonObject): TokenCounts {
  const thoughts = count(usage.total_thought_tokens);
  return {
    ...NO_TOKENS,
    prompt: count(usage.total_input_tokens) + count(usage.total_tool_use_tokens),
    cached: count(usage.total_cached_tokens),
    output: count(usage.total_output_tokens) + thoughts,
    thoughts,
    total: count(usage.total_tokens),
  };
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
