/**
 * OpenAI's Responses as an operation.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { Operation, OperationContext, Reading, References } from "../../operation.ts";
import { checkFields } from "../../shared/field_check.ts";
import { functionCallingConfig } from "../../shared/function_tools.ts";
import { invalidField } from "../../shared/invalid_field.ts";
import { warningOf } from "../../shared/warning.ts";
import type { RpcError } from "../../../gemini/errors/rpc_error.ts";
import { interactionIdOf } from "./interactions/interaction_ids.ts";
import { interactionReading } from "./interactions/interaction_reading.ts";
import { KIND_OF_CALL, RESULT_TYPES } from "./tools/client_tools.ts";
import { generationConfig } from "./input/generation_config.ts";
import { InputReader, typeOf } from "./input/input_reader.ts";
import { keptConversation } from "./input/kept_parts.ts";
import { previousNotFound } from "./input/previous_not_found.ts";
import { REQUEST_FIELDS } from "./request_fields.ts";
import { NO_EVENTS, ResponseEvents } from "./output/response_events.ts";
import { RESPONSE_PREFIX, responseOfItem } from "./output/response_ids.ts";
import { echoOf } from "./output/response_object.ts";
import { ResponseRun, type RunOptions } from "./output/response_run.ts";
import { functionChoice } from "./tools/tool_choice.ts";
import { ToolSet } from "./tools/tool_set.ts";

/** Google's tiers, by OpenAI's names. Others mean what Google does by default. */
const TIERS: ReadonlyMap<unknown, string> = new Map([
  ["flex", "flex"],
  ["priority", "priority"],
  ["fast", "priority"],
]);

/** `POST /v1/responses`. */
export const OPENAI_RESPONSES: Operation = {
  name: "openai.responses",
  fields: REQUEST_FIELDS,
  references: referencesOf,
  read: readResponses,
};

function referencesOf({ input, previous_response_id: previous }: JsonObject): References {
  const items: readonly unknown[] = Array.isArray(input) ? input : [];
  const toolCalls = new Set<string>();
  const responses = new Set<string>();
  for (const item of items) {
    if (!isJsonObject(item)) continue;
    const { id, call_id } = item;
    const type = typeOf(item);
    if (type === "item_reference" && typeof id === "string") {
      const response = responseOfItem(id);
      if (response !== undefined) responses.add(response);
    } else if (typeof call_id === "string" && (KIND_OF_CALL.has(type) || RESULT_TYPES.has(type))) {
      toolCalls.add(call_id);
    }
  }
  return {
    toolCalls: [...toolCalls],
    responses: [...responses],
    ...(typeof previous === "string" ? { previousResponse: previous } : {}),
  };
}

function readResponses(body: JsonObject, context: OperationContext): Reading {
  checkFields(body, REQUEST_FIELDS);
  if (typeof body.model !== "string" || body.model === "") {
    throw invalidField("model", '"model" has to be the name of a model');
  }
  if (body.background === true) {
    throw invalidField("background", "The gateway runs nothing in the background: send false");
  }
  const model = context.resolveModel(body.model);
  const include = includeOf(body.include);
  const previousId = previousOf(body, context);
  const interaction = previousId === undefined ? undefined : interactionIdOf(previousId);
  const previous = keptConversation(context.previousContents ?? []);
  const tools = new ToolSet();
  tools.addAll(body.tools, "tools");
  const isRemote = interaction !== undefined;
  const reader = new InputReader({ context, model, tools, previous, isRemote });
  reader.instructions(body.instructions);
  reader.input(body.input);
  const { contents, systemInstruction } = reader.build();
  const { native, warning } = nativeTools(body, { tools, model });
  const serviceTier = TIERS.get(body.service_tier);
  const config = generationConfig(body, { model, include, imageConfig: tools.imageConfig });
  const isStream = body.stream === true;
  const request: JsonObject = {
    contents: [...previous.contents, ...contents],
    ...defined({ systemInstruction, generationConfig: config, serviceTier }),
    ...native,
  };
  const frame = { createdMs: context.nowMs, echo: echoOf(body) };
  const about = defined({ session: sessionOf(body), warning });
  if (isRemote || (previousId === undefined && isStoredAtGoogle(body, { model, context }))) {
    const carried = interactionReading({
      request: { model, native: request, previous: interaction, isStream },
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
    asked: contents,
    previous: previousId,
    keep: body.store === false ? undefined : (exchange) => context.keepExchange(id, exchange),
  };
  return {
    calls: [{
      method: isStream ? "streamGenerateContent" : "generateContent",
      model,
      body: request,
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

function nativeTools(
  { tool_choice }: JsonObject,
  { tools, model }: { readonly tools: ToolSet; readonly model: string },
): { readonly native: JsonObject; readonly warning: string | undefined } {
  const { tools: native, isMixed, dropped } = tools.native(model);
  const choice = functionChoice(tool_choice, tools);
  const toolConfig = {
    ...(choice === undefined ? {} : { functionCallingConfig: functionCallingConfig(choice) }),
    ...(isMixed ? { includeServerSideToolInvocations: true } : {}),
  };
  return {
    native: {
      ...(native.length > 0 ? { tools: native } : {}),
      ...(native.length > 0 && Object.keys(toolConfig).length > 0 ? { toolConfig } : {}),
    },
    warning: warningOf(
      dropped.length === 0
        ? []
        : [`${dropped.join(", ")} dropped: ${model} does not mix it with functions`],
    ),
  };
}

function previousOf(
  { previous_response_id: id }: JsonObject,
  { previousContents }: OperationContext,
): string | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id !== "string") {
    throw invalidField("previous_response_id", '"previous_response_id" has to be a text');
  }
  if (previousContents === undefined && interactionIdOf(id) === undefined) {
    throw previousNotFound(id);
  }
  return id;
}

function includeOf(include: unknown): ReadonlySet<string> {
  if (include === undefined || include === null) return new Set();
  if (!Array.isArray(include) || !include.every((value) => typeof value === "string")) {
    throw invalidField("include", '"include" has to be a list of texts');
  }
  return new Set(include);
}

/** The conversation that the client names. */
function sessionOf(body: JsonObject): string | undefined {
  const names = [body.prompt_cache_key, body.safety_identifier, body.user];
  return names.find((name): name is string => typeof name === "string" && name !== "");
}
