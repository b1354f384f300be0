/**
 * The tool calls that a request refers to.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { References } from "../../operation.ts";
import { keptIdOf } from "./server_tool_id.ts";

/** Longest id of a tool call that is looked up, in characters: those that the gateway gives are shorter. */
const LONGEST_ID = 64;

/** The ids of the tool calls in the messages of a request, each once. */
export function referencesOf({ messages }: JsonObject): References {
  const ids = new Set<string>();
  for (const message of Array.isArray(messages) ? messages : []) {
    const content = isJsonObject(message) ? message.content : undefined;
    for (const block of Array.isArray(content) ? content : []) {
      const id = isJsonObject(block) ? idOf(block) : undefined;
      if (id !== undefined && id.length <= LONGEST_ID) ids.add(id);
    }
  }
  return ids.size > 0 ? { toolCalls: [...ids] } : {};
}

function idOf({ type, id }: JsonObject): string | undefined {
  if (typeof id !== "string") return undefined;
  if (type === "tool_use") return id;
  return type === "server_tool_use" ? keptIdOf(id) : undefined;
}
