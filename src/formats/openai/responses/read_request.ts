/**
 * Reads a request of Responses: the conversation, the tools and the options.
 *
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { FieldRule } from "../../field_rule.ts";
import type { OperationContext } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { nativeTools } from "../../shared/request/native_tools.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { warningOf } from "../../shared/fields/warning.ts";
import { nativeTier } from "../service_tier.ts";
import { sessionOf } from "../session.ts";
import { generationConfig } from "./input/generation_config.ts";
import { InputReader } from "./input/input_reader.ts";
import { keptConversation } from "./input/kept_parts.ts";
import { previousNotFound } from "./input/previous_not_found.ts";
import { interactionIdOf } from "./interactions/interaction_ids.ts";
import { functionChoice } from "./tools/tool_choice.ts";
import { ToolSet } from "./tools/tool_set.ts";

/** A request as it was read. */
export interface ReadRequest {
  /** The model to call. */
  readonly model: string;
  /** The native request. */
  readonly native: JsonObject;
  /** The contents that are new. */
  readonly asked: readonly JsonObject[];
  /** The id of the response before. */
  readonly previous: string | undefined;
  /** The interaction that the response before is; undefined if it is none. */
  readonly interaction: string | undefined;
  readonly tools: ToolSet;
  /** What the client asked to be included. */
  readonly include: ReadonlySet<string>;
  /** The client's own id of the conversation, and what the client should know. */
  readonly about: { readonly session?: string; readonly warning?: string };
}

/**
 * Reads a request.
 *
 * @throws {RpcError} INVALID_ARGUMENT that names the field.
 */
export function readRequest(
  body: JsonObject,
  { fields, context }: {
    readonly fields: readonly FieldRule[];
    readonly context: OperationContext;
  },
): ReadRequest {
  checkFields(body, fields);
  if (typeof body.model !== "string" || body.model === "") {
    throw invalidField("model", '"model" has to be the name of a model');
  }
  const model = context.resolveModel(body.model);
  const include = includeOf(body.include);
  const previous = previousOf(body, context);
  const interaction = previous === undefined ? undefined : interactionIdOf(previous);
  const kept = keptConversation(context.previousContents ?? []);
  const tools = new ToolSet();
  tools.addAll(body.tools, "tools");
  const isRemote = interaction !== undefined;
  const reader = new InputReader({ context, model, tools, previous: kept, isRemote });
  reader.instructions(body.instructions);
  reader.input(body.input);
  const { contents, systemInstruction } = reader.build();
  if (!isRemote && kept.contents.length + contents.length === 0) {
    throw invalidField("input", '"input" holds no text: send one that is not empty');
  }
  const { native, warning } = readTools(body, { tools, model });
  const config = generationConfig(body, { model, include, imageConfig: tools.imageConfig });
  return {
    model,
    native: {
      contents: [...kept.contents, ...contents],
      ...defined({
        systemInstruction,
        generationConfig: config,
        serviceTier: nativeTier(body.service_tier),
      }),
      ...native,
    },
    asked: contents,
    previous,
    interaction,
    tools,
    include,
    about: defined({ session: sessionOf(new RequestFields(body)), warning }),
  };
}

function readTools(
  { tool_choice }: JsonObject,
  { tools, model }: { readonly tools: ToolSet; readonly model: string },
): { readonly native: JsonObject; readonly warning: string | undefined } {
  const choice = functionChoice(tool_choice, tools);
  const { members, warnings } = nativeTools({ ...tools.named, choice }, model);
  return { native: members, warning: warningOf(warnings) };
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
