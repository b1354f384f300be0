/**
 * Makes interactions: `interactions.create`, whole and as a stream.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";
import { makeResponse } from "../models/model_responses.ts";
import { tokensOf, type UsageCount } from "../counted_usage.ts";
import { countOf, type ServiceCall } from "../models/model_call.ts";
import type { OkOutcome } from "../script/outcome.ts";
import { checkNamedFiles } from "../files/named_files.ts";
import { requestTokens, textTokens } from "../models/token_count.ts";
import { secondStamp } from "../timestamps.ts";
import { eventsOf } from "./interaction_events.ts";
import { parsedBody, projectOf, respondFamily } from "./interaction_call.ts";
import { promptOf } from "./interaction_prompt.ts";
import { checkRequest, type InteractionRequest } from "./interaction_request.ts";
import { interactionId } from "./interaction_store.ts";
import { stepsOf } from "./interaction_steps.ts";

/** A prompt that has this word n times is decoded in n + 1 requests. */
const CONTINUE_WORD = /CONTINUE_ME/g;
/** A prompt with this word runs in the background until it is cancelled. */
const FOREVER_WORD = "RUN_FOREVER";

/** Handles `interactions.create`. */
export function createInteraction(call: ServiceCall): Promise<Response> {
  const request = checkRequest(parsedBody(call.rawBody), call);
  const { body, model } = request;
  checkNamedFiles(promptOf(body, request.conversation), call);
  const streamed = body["stream"] === true;
  const count = countOf(call, model.id);
  const make = (outcome: OkOutcome) => {
    const made = new NewInteraction(request, call, count).make(outcome);
    if (outcome.events !== undefined) return outcome.events;
    // Google has done all of the work, even if the stream breaks.
    count.reports(tokensOf(made.response));
    return streamed ? made.events : [made.response];
  };
  return respondFamily(call, { model: model.id, streamed, count, make });
}

/**
 * Makes an interaction as `interactions.create` would, for a method that makes one on its way.
 *
 * @returns The interaction.
 */
export function makeInteraction(body: JsonObject, call: ServiceCall): JsonObject {
  const request = checkRequest(body, call);
  const count = countOf(call, request.model.id);
  return new NewInteraction(request, call, count).make({ type: "ok" }).response;
}

class NewInteraction {
  readonly #request: InteractionRequest;
  readonly #call: ServiceCall;
  readonly #count: UsageCount;
  readonly #id = interactionId();

  constructor(request: InteractionRequest, call: ServiceCall, count: UsageCount) {
    this.#request = request;
    this.#call = call;
    this.#count = count;
  }

  make(
    outcome: OkOutcome,
  ): { readonly response: JsonObject; readonly events: readonly JsonObject[] } {
    const { body, conversation, input } = this.#request;
    const { stored } = this.#call;
    const project = projectOf(this.#call);
    const said = JSON.stringify(input);
    const { steps, texts } = this.#decoded(outcome, said);
    const isStored = body["store"] !== false;
    const token = texts.length === 0
      ? undefined
      : stored.interactions.continueLater({ project, issuer: this.#id, texts });
    const resource = this.#resource(steps, token);
    const checkpoint = token === undefined ? undefined : stored.interactions.continueLater({
      project,
      issuer: this.#id,
      texts: [textOf(steps), ...texts],
    });
    const events = eventsOf({
      id: this.#id,
      resource,
      steps,
      stored: isStored,
      ...defined({ checkpoint, chunks: outcome.chunks }),
    });
    const inBackground = body["background"] === true;
    if (isStored) {
      stored.interactions.add({
        id: this.#id,
        project,
        resource,
        input,
        steps,
        history: conversation,
        events,
        readsLeft: !inBackground ? 0 : said.includes(FOREVER_WORD) ? Infinity : 1,
        cancelled: false,
        count: this.#count,
      });
    }
    return { response: inBackground ? inProgress(resource) : { ...resource, steps }, events };
  }

  /** The steps of this request, and the texts that are left for requests that continue it. */
  #decoded(
    outcome: OkOutcome,
    said: string,
  ): { readonly steps: readonly JsonObject[]; readonly texts: readonly string[] } {
    const { body, model, agent, conversation, continuation } = this.#request;
    if (continuation !== undefined) {
      const [text = "", ...texts] = continuation.texts;
      return { steps: stepsOf([{ text }], model), texts };
    }
    const scripted = outcome.text ?? outcome.chunks?.join("");
    const prompt = promptOf(body, conversation);
    const { parts, promptFeedback } = scripted === undefined
      ? makeResponse(prompt, { model, flavour: "dev" })
      : { parts: [{ text: scripted }], promptFeedback: undefined };
    if (promptFeedback !== undefined) return { steps: [], texts: [] };
    const hops = said.match(CONTINUE_WORD)?.length ?? 0;
    if (hops === 0 || agent !== undefined || body["background"] === true) {
      return { steps: stepsOf(parts, model), texts: [] };
    }
    const [first = "", ...texts] = inParts(
      parts.map((part) => textAt(part, "text")).join(""),
      hops,
    );
    return { steps: stepsOf([{ text: first }], model), texts };
  }

  #resource(steps: readonly JsonObject[], token: string | undefined): JsonObject {
    const { body, model, agent, conversation, environmentId } = this.#request;
    const time = secondStamp(this.#call.now);
    const blocked = steps.length === 0;
    const status = blocked
      ? "failed"
      : token !== undefined
      ? "requires_continuation"
      : steps.some(({ type }) => type === "function_call")
      ? "requires_action"
      : "completed";
    const input = requestTokens(promptOf(body, conversation)).total;
    const thought = steps.some(({ type }) => type === "thought") ? 16 : 0;
    const output = textTokens(textOf(steps) || JSON.stringify(steps));
    return defined({
      id: this.#id,
      status,
      usage: {
        total_tokens: input + output + thought,
        total_input_tokens: input,
        input_tokens_by_modality: [{ modality: "text", tokens: input }],
        total_cached_tokens: 0,
        total_output_tokens: output,
        total_tool_use_tokens: 0,
        total_thought_tokens: thought,
      },
      created: time,
      updated: time,
      service_tier: "standard",
      environment_id: environmentId(),
      previous_interaction_id: body["previous_interaction_id"],
      continuation_token: token,
      errors: blocked
        ? [{ message: "Safety violations blocked the request.", code: "safety" }]
        : undefined,
      object: "interaction",
      ...(agent === undefined ? { model: model.id } : { agent }),
    });
  }
}

/** A background interaction before its end. */
export function inProgress(resource: JsonObject): JsonObject {
  const { usage: _usage, errors: _errors, ...rest } = resource;
  return { ...rest, status: "in_progress" };
}

function textOf(steps: readonly JsonObject[]): string {
  return steps.flatMap(({ content }) => Array.isArray(content) ? content : [])
    .map((content) => textAt(content, "text") ?? "").join("");
}

/** Splits a text into `cuts` + 1 parts. */
function inParts(text: string, cuts: number): string[] {
  const size = Math.ceil(text.length / (cuts + 1));
  return Array.from({ length: cuts + 1 }, (_, nth) => text.slice(nth * size, (nth + 1) * size));
}
