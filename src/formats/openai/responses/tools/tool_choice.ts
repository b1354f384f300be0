/**
 * Which tools the model may or has to call.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/create#responses-create-tool_choice}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { FunctionChoice } from "../../../shared/request/function_tools.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import { toolKey } from "./client_tools.ts";
import type { ToolSet } from "./tool_set.ts";

const FIELD = "tool_choice";

/** Tools that Google runs when the model wants them: they cannot be forced. */
const BUILT_IN =
  /^(?:web_search(?:_preview)?(?:_\d{4}_\d{2}_\d{2})?|code_interpreter|image_generation)$/;

/**
 * The choice among the functions; undefined if nothing has to be said.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a choice that is malformed, or a tool that is not among the tools.
 */
export function functionChoice(choice: unknown, tools: ToolSet): FunctionChoice | undefined {
  if (choice === undefined || choice === null || choice === "auto") return undefined;
  if (choice === "none") return { mode: "none" };
  if (choice === "required") return { mode: "any" };
  if (!isJsonObject(choice)) {
    throw invalidField(FIELD, `"${FIELD}" has to be auto, none, required or an object`);
  }
  if (choice.type !== "allowed_tools") return limited([choice], { mode: "any", tools });
  const { mode, tools: allowed } = choice;
  if ((mode !== "auto" && mode !== "required") || !Array.isArray(allowed)) {
    throw invalidField(FIELD, `"${FIELD}" of type allowed_tools needs a "mode" and "tools"`);
  }
  return limited(allowed, { mode: mode === "required" ? "any" : "auto", tools });
}

/** A choice among some tools. Google's own tools cannot be forced: of them alone, nothing is said. */
function limited(
  chosen: readonly unknown[],
  { mode, tools }: { readonly mode: "any" | "auto"; readonly tools: ToolSet },
): FunctionChoice | undefined {
  const known = chosen.filter(isJsonObject);
  const keys = known.flatMap((tool) => keysOf(tool, tools));
  if (keys.length > 0) return { mode, names: keys.map((key) => tools.names.toNative(key)) };
  if (known.some(({ type }) => typeof type === "string" && BUILT_IN.test(type))) return undefined;
  throw invalidField(FIELD, `"${FIELD}" names no tool that is among "tools"`);
}

function keysOf(tool: JsonObject, tools: ToolSet): readonly string[] {
  const { type, name, namespace } = tool;
  if (type === "namespace" && typeof name === "string") {
    return tools.keys.filter((key) => key.startsWith(`${name}.`));
  }
  const key = typeof name === "string"
    ? toolKey(name, typeof namespace === "string" ? namespace : undefined)
    : type;
  return typeof key === "string" && tools.kindOf(key) !== undefined ? [key] : [];
}
