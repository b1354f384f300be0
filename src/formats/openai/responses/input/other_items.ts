/**
 * Items of an input that neither speak, call a tool of the client, nor have its result.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { PLACEHOLDER } from "../../../../gemini/api/placeholder_signature.ts";
import { isGemini3 } from "../../../shared/request/model_generation.ts";

/** Records of what a server did. The text that follows them has what the model made of it. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "web_search_call",
  "file_search_call",
  "mcp_list_tools",
]);

/** Why items cannot be used, by their type. */
export const REFUSED_ITEMS: ReadonlyMap<string, string> = new Map([
  ["compaction", "another API encrypted it; send the conversation itself"],
  ["compaction_trigger", "Gemini does not compact conversations; send a shorter one"],
  ["computer_call", "Gemini's actions of a computer are others; use a function"],
  ["computer_call_output", "Gemini's actions of a computer are others; use a function"],
  ["mcp_call", "the gateway calls no MCP servers; send it as a function_call and its output"],
  ["mcp_approval_request", "the gateway calls no MCP servers"],
  ["mcp_approval_response", "the gateway calls no MCP servers"],
  ["program", "Gemini has no programmatic tool calls"],
  ["program_output", "Gemini has no programmatic tool calls"],
]);

/** Whether items of a type are left out. */
export function isLeftOut(type: string): boolean {
  return LEFT_OUT.has(type);
}

/** The native parts of what the model made with Google's tools; undefined for an item of another type. */
export function madeParts(item: JsonObject, model: string): readonly JsonObject[] | undefined {
  if (item.type === "code_interpreter_call") return codeParts(item);
  if (item.type !== "image_generation_call") return undefined;
  const { result, output_format: format } = item;
  if (typeof result !== "string" || result === "") return [];
  const mimeType = `image/${typeof format === "string" ? format : "png"}`;
  const signed = isGemini3(model) ? { thoughtSignature: PLACEHOLDER } : {};
  return [{ inlineData: { mimeType, data: result }, ...signed }];
}

/** Code without its output says nothing that the text after it does not say. */
function codeParts({ code, outputs }: JsonObject): readonly JsonObject[] {
  if (typeof code !== "string" || !Array.isArray(outputs)) return [];
  const logs = outputs.flatMap((output) =>
    isJsonObject(output) && typeof output.logs === "string" ? [output.logs] : []
  );
  return [
    { executableCode: { language: "PYTHON", code } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: logs.join("\n") } },
  ];
}
