/**
 * The object of a response, and how it ended.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/object}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { NO_TOKENS, type TokenCounts } from "../../../shared/response/token_counts.ts";

/** How a response ended. */
export type Outcome =
  | { readonly status: "completed" }
  | { readonly status: "incomplete"; readonly reason: "max_output_tokens" | "content_filter" }
  | { readonly status: "failed"; readonly code: string; readonly message: string };

/** What is known of a response from its request on. */
export interface ResponseFrame {
  readonly id: string;
  /** When the request came, in ms since the epoch. */
  readonly createdMs: number;
  /** The members that repeat the request. */
  readonly echo: JsonObject;
}

/** The members of a response that repeat its request. `tools`: as the client sent them. */
export function echoOf(body: JsonObject): JsonObject {
  const { reasoning, text, tool_choice: choice } = body;
  const { effort = null, summary = null } = isJsonObject(reasoning) ? reasoning : {};
  const { format = { type: "text" }, verbosity = "medium" } = isJsonObject(text) ? text : {};
  return {
    background: false,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    metadata: isJsonObject(body.metadata) ? body.metadata : {},
    model: body.model,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    reasoning: { effort, summary },
    safety_identifier: body.safety_identifier ?? null,
    service_tier: body.service_tier ?? "default",
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: format ?? { type: "text" }, verbosity: verbosity ?? "medium" },
    tool_choice: choice ?? "auto",
    tools: body.tools ?? [],
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? "disabled",
    user: body.user ?? null,
  };
}

/** The response while it is being written. */
export function pendingResponse({ id, createdMs, echo }: ResponseFrame): JsonObject {
  return {
    id,
    object: "response",
    created_at: seconds(createdMs),
    status: "in_progress",
    completed_at: null,
    error: null,
    incomplete_details: null,
    output: [],
    usage: null,
    ...echo,
  };
}

/** What a response ended with. */
export interface ResponseEnd {
  readonly outcome: Outcome;
  readonly output: readonly JsonObject[];
  readonly counts: TokenCounts | undefined;
  /** The tier that served it, if Google told. */
  readonly tier: string | undefined;
}

/** The response at its end. */
export function endedResponse(
  frame: ResponseFrame,
  { outcome, output, counts, tier }: ResponseEnd,
): JsonObject {
  const { status } = outcome;
  return {
    ...pendingResponse(frame),
    status,
    // Formats have no clock of their own: the time of the request is the nearest that is known.
    completed_at: status === "completed" ? seconds(frame.createdMs) : null,
    error: status === "failed" ? { code: outcome.code, message: outcome.message } : null,
    incomplete_details: status === "incomplete" ? { reason: outcome.reason } : null,
    output,
    ...(tier === undefined ? {} : { service_tier: tier }),
    usage: counts === undefined && status === "failed" ? null : usageOf(counts ?? NO_TOKENS),
  };
}

/** OpenAI's code for an error in the middle of a response. `status`: as in `UNAVAILABLE`. */
export function errorCode(status: string): string {
  if (status === "RESOURCE_EXHAUSTED") return "rate_limit_exceeded";
  return status === "INVALID_ARGUMENT" ? "invalid_prompt" : "server_error";
}

function usageOf({ prompt, cached, output, thoughts, total }: TokenCounts): JsonObject {
  return {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: thoughts },
    total_tokens: total,
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
