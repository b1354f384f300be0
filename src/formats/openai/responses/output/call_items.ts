/**
 * The model's calls of the client's tools as items of the output. Gemini gives a call's arguments whole, so there is
 * one delta.
 *
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import type { JsonObject } from "../../../../base/json.ts";
import { CALL_FORMS, type ClientTool, type ClientToolKind } from "../tools/client_tools.ts";
import type { OutputList } from "./output_list.ts";

/** A call of a tool. */
export interface ToolCall {
  readonly tool: ClientTool;
  /** The client's id of the call. */
  readonly callId: string;
  readonly args: JsonObject;
}

/** Which member of an item is sent in a delta, and the type of its events. */
const DELTAS: Readonly<Partial<Record<ClientToolKind, { member: string; type: string }>>> = {
  function: { member: "arguments", type: "function_call_arguments" },
  custom: { member: "input", type: "custom_tool_call_input" },
};

/** Adds a call, and returns the id of its item. */
export function addCall(output: OutputList, { tool, callId, args }: ToolCall): string {
  const { type, prefix, members } = CALL_FORMS[tool.kind];
  const isNamed = tool.kind === "function" || tool.kind === "custom";
  const fixed = {
    type,
    call_id: callId,
    ...(isNamed ? { name: tool.name, ...defined({ namespace: tool.namespace }) } : {}),
  };
  const whole = members(args);
  const delta = DELTAS[tool.kind];
  // A custom call has no status in OpenAI's API.
  const status = (value: string) => tool.kind === "custom" ? {} : { status: value };
  const begun = delta === undefined ? whole : { [delta.member]: "" };
  const place = output.add(prefix, { ...fixed, ...status("in_progress"), ...begun });
  if (delta !== undefined) {
    const value = whole[delta.member];
    place.emit(`${delta.type}.delta`, { delta: value });
    place.emit(`${delta.type}.done`, { [delta.member]: value });
  }
  place.done({ ...fixed, ...status("completed"), ...whole });
  return place.id;
}
