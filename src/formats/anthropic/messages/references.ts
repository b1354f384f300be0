/**
 * The tool calls that a request refers to.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { References } from "../../operation.ts";

/** Longest id of a tool call that is looked up, in characters: those that the gateway gives are shorter. */
const LONGEST_ID = 64;

/** The ids of the tool calls in the messages of a request, each once. */
export function referencesOf({ messages }: JsonObject): References {
  const ids = new Set<string>();
  for (const message of Array.isArray(messages) ? messages : []) {
    const content = isJsonObject(message) ? message.content : undefined;
    for (const block of Array.isArray(content) ? content : []) {
      if (!isJsonObject(block) || block.type !== "tool_use") continue;
      if (typeof block.id === "string" && block.id.length <= LONGEST_ID) ids.add(block.id);
    }
  }
  return ids.size > 0 ? { toolCalls: [...ids] } : {};
}
