/**
 * OpenAI's Responses as an operation.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import type { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { Operation, OperationContext, Reading } from "../../operation.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { interactionReading } from "./interactions/interaction_reading.ts";
import { NO_EVENTS, ResponseEvents } from "./output/response_events.ts";
import { RESPONSE_PREFIX } from "./output/response_ids.ts";
import { echoOf } from "./output/response_object.ts";
import { ResponseRun, type RunOptions } from "./output/response_run.ts";
import { readRequest } from "./read_request.ts";
import { referencesOf } from "./references.ts";
import { REQUEST_FIELDS } from "./request_fields.ts";

/** `POST /v1/responses`. */
export const OPENAI_RESPONSES: Operation = {
  name: "openai.responses",
  fields: REQUEST_FIELDS,
  references: referencesOf,
  read: readResponses,
};

function readResponses(body: JsonObject, context: OperationContext): Reading {
  if (body.background === true) {
    throw invalidField("background", "The gateway runs nothing in the background: send false");
  }
  const request = readRequest(body, { fields: REQUEST_FIELDS, context });
  const { model, native, previous, interaction, tools, include, about } = request;
  const isStream = body.stream === true;
  const frame = { createdMs: context.nowMs, echo: echoOf(body) };
  const isRemote = interaction !== undefined;
  if (isRemote || (previous === undefined && isStoredAtGoogle(body, { model, context }))) {
    const carried = interactionReading({
      request: { model, native, previous: interaction, isStream },
      response: { frame, tools, context, include, newId: () => context.newId(RESPONSE_PREFIX) },
    });
    if (carried !== undefined) return { ...carried, ...about };
    if (isRemote) throw notContinued();
  }
  const id = context.newId(RESPONSE_PREFIX);
  const run: RunOptions = {
    frame: { ...frame, id },
    tools,
    context,
    include,
    asked: request.asked,
    previous,
    keep: body.store === false ? undefined : (exchange) => context.keepExchange(id, exchange),
  };
  return {
    calls: [{
      method: isStream ? "streamGenerateContent" : "generateContent",
      model,
      body: native,
    }],
    response: isStream
      ? { type: "stream", translator: () => streamed(run) }
      : { type: "whole", translate: ([response = {}]) => ({ json: whole(run, response) }) },
    ...about,
  };
}

/** Whether a client asks in so many words for a response to be stored, and Google can store it. */
function isStoredAtGoogle(
  { store }: JsonObject,
  { model, context }: { readonly model: string; readonly context: OperationContext },
): boolean {
  return store === true && context.hasInteractions?.(model) === true;
}

function notContinued(): RpcError {
  return invalidField(
    "previous_response_id",
    "The response before is stored at Google, whose interactions lack an option of this request, such as " +
      "log probabilities or a level of detail of images: remove it, or send the whole conversation",
  );
}

function whole(options: RunOptions, response: JsonObject): JsonObject {
  const run = new ResponseRun(options, NO_EVENTS);
  run.add(response);
  return run.end();
}

function streamed(options: RunOptions) {
  const events = new ResponseEvents();
  const run = new ResponseRun(options, events);
  return {
    chunk(chunk: JsonObject): string {
      run.add(chunk);
      return events.take();
    },
    error(error: Parameters<ResponseRun["fail"]>[0]): string {
      run.fail(error);
      return events.take();
    },
    end(): string {
      run.end();
      return events.take();
    },
  };
}
