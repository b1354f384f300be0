/**
 * What a request of Responses refers to.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { References } from "../../operation.ts";
import { typeOf } from "./input/input_reader.ts";
import { responseOfItem } from "./output/response_ids.ts";
import { KIND_OF_CALL, RESULT_TYPES } from "./tools/client_tools.ts";

/** The tool calls, the response before, and the responses whose items are named. */
export function referencesOf({ input, previous_response_id: previous }: JsonObject): References {
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
