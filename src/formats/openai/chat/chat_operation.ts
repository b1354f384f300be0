/**
 * OpenAI's chat completions.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { Operation, OperationContext, Reading, References } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { FunctionNames } from "../../shared/request/function_tools.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { NestedJson } from "../../shared/fields/nested_json.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { warningOf } from "../../shared/fields/warning.ts";
import { audioFormat } from "./audio_config.ts";
import { CHAT_FIELDS } from "./chat_fields.ts";
import { readMessages } from "./chat_messages.ts";
import { wholeCompletion } from "./chat_response.ts";
import type { ChatScope } from "./chat_scope.ts";
import { ChatStream } from "./chat_stream.ts";
import { readTools } from "./chat_tools.ts";
import { readConfig } from "./generation_config.ts";
import { googleOptions } from "./google_options.ts";
import { readTier } from "../service_tier.ts";
import { sessionOf } from "../session.ts";

/** The operation. */
export const CHAT_OPERATION: Operation = {
  name: "openai.chat",
  fields: CHAT_FIELDS,
  references: referencesOf,
  read: readChat,
};

function readChat(body: JsonObject, context: OperationContext): Reading {
  checkContents(body);
  checkFields(body, CHAT_FIELDS);
  const fields = new RequestFields(body);
  const model = context.resolveModel(fields.requiredText("model"));
  const names = new FunctionNames();
  const google = googleOptions(fields);
  const { tools, toolConfig, isLegacy, warnings } = readTools(fields, { names, model });
  const settings = readConfig(fields, { model, google });
  const isStream = fields.flag("stream") === true;
  const options = fields.fields("stream_options");
  const scope: ChatScope = {
    context,
    model,
    names,
    isLegacy,
    audio: audioFormat(fields),
    includesUsage: options?.flag("include_usage") === true,
  };
  const { contents, systemInstruction } = readMessages(fields, {
    context,
    names,
    model,
    used: new Set(),
    nested: new NestedJson(),
  });
  const native = {
    contents,
    ...defined({
      systemInstruction,
      tools,
      toolConfig,
      safetySettings: google.safetySettings,
      cachedContent: google.cachedContent,
      serviceTier: readTier(fields),
    }),
    ...(Object.keys(settings.config).length === 0 ? {} : { generationConfig: settings.config }),
  };
  const method = isStream ? "streamGenerateContent" : "generateContent";
  return {
    calls: [{ method, model, body: native }],
    ...defined({
      session: sessionOf(fields),
      warning: warningOf([...warnings, ...settings.warnings]),
    }),
    response: isStream ? { type: "stream", translator: () => new ChatStream(scope) } : {
      type: "whole",
      translate: ([response = {}]) => ({ json: wholeCompletion(response, scope) }),
    },
  };
}

/** Refuses an object as content, such as a tool's result: its members would be called unknown fields. */
function checkContents({ messages }: JsonObject): void {
  if (!Array.isArray(messages)) return;
  for (const [index, message] of messages.entries()) {
    if (!isJsonObject(message) || !isJsonObject(message.content)) continue;
    const field = `messages[${index}].content`;
    throw invalidField(
      field,
      `"${field}" has to be a text, or a list of parts: write an object as JSON in a text`,
    );
  }
}

/** The ids of the conversation's tool calls. */
function referencesOf(body: JsonObject): References {
  const ids = new Set<string>();
  for (const message of listIn(body, "messages")) {
    for (const call of listIn(message, "tool_calls")) addId(call.id, ids);
    addId(message.tool_call_id, ids);
  }
  return ids.size === 0 ? {} : { toolCalls: [...ids] };
}

function addId(id: unknown, ids: Set<string>): void {
  if (typeof id === "string" && id !== "") ids.add(id);
}

function listIn(object: JsonObject, name: string): JsonObject[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
