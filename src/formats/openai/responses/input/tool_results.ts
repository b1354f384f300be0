/**
 * The results of the client's tools in an input.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import type { CallResult } from "../../../shared/request/function_calls.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import { contentParts } from "./content_parts.ts";

/** The id of the call that an item makes, or has the result of. A local shell's output may have it as its own id. */
export function callIdOf({ call_id, id }: JsonObject, field: string): string {
  const known = call_id ?? id;
  if (typeof known === "string" && known !== "") return known;
  throw invalidField(`${field}.call_id`, `"${field}.call_id" has to be the id of a tool call`);
}

/** The value and the media of a result. */
export function resultOf(
  { output, status, tools }: JsonObject,
  { type, field, model }: { readonly type: string; readonly field: string; readonly model: string },
): Pick<CallResult, "value" | "media"> {
  if (type === "tool_search_output") return { value: { tools: tools ?? [] } };
  if (type === "apply_patch_call_output") return { value: { status, output: output ?? "" } };
  if (type === "shell_call_output") return { value: { output: output ?? [] } };
  if (!Array.isArray(output)) return { value: output };
  const parts = contentParts(output, { field: `${field}.output`, model });
  const texts = parts.flatMap(({ text }) => typeof text === "string" ? [text] : []);
  const media = parts.filter(({ text }) => text === undefined).map(withoutResolution);
  return { value: texts.join("\n"), media };
}

/** Media in a result have no resolution of their own. */
function withoutResolution({ mediaResolution: _, ...part }: JsonObject): JsonObject {
  return part;
}
