/**
 * The tools of a chat as native tools.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import {
  type FunctionChoice,
  functionDeclaration,
  type FunctionNames,
} from "../../shared/request/function_tools.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { nativeTools } from "../../shared/request/native_tools.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";

/** The native tools by the names that clients have for them. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ["web_search", "googleSearch"],
  ["web_search_preview", "googleSearch"],
  ["google_search", "googleSearch"],
  ["googleSearch", "googleSearch"],
  ["code_interpreter", "codeExecution"],
  ["code_execution", "codeExecution"],
  ["codeExecution", "codeExecution"],
  ["url_context", "urlContext"],
  ["urlContext", "urlContext"],
  ["google_maps", "googleMaps"],
  ["googleMaps", "googleMaps"],
]);

/** The members of the native request for tools. */
export interface ReadTools {
  readonly tools?: readonly JsonObject[];
  readonly toolConfig?: JsonObject;
  /** What the client should know. */
  readonly warnings: readonly string[];
  /** Whether the functions were declared as `functions`, so that the response has `function_call`. */
  readonly isLegacy: boolean;
}

/**
 * Reads `tools`, `tool_choice`, their former names and `web_search_options`.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a tool that Gemini does not have.
 */
export function readTools(
  body: RequestFields,
  { names, model }: { readonly names: FunctionNames; readonly model: string },
): ReadTools {
  const functions: JsonObject[] = [];
  const builtIn = new Map<string, JsonObject>();
  for (const tool of body.objects("tools")) {
    const native = builtInTool(tool);
    if (native === undefined) functions.push(declared(tool.requiredFields("function"), names));
    else builtIn.set(native.name, native.settings);
  }
  const legacy = body.objects("functions");
  for (const declaration of legacy) functions.push(declared(declaration, names));
  if (body.objectOf("web_search_options") !== undefined) builtIn.set("googleSearch", {});
  const choice = functionChoice(body, names);
  if (choice?.mode === "any" && functions.length === 0) {
    throw invalidField(
      "tool_choice",
      '"tool_choice" asks for a function, but "tools" declare none',
    );
  }
  const { members, warnings } = nativeTools({ functions, builtIn, choice }, model);
  const isSerial = body.flag("parallel_tool_calls") === false && functions.length > 0;
  return {
    ...members,
    warnings: isSerial
      ? [...warnings, "parallel_tool_calls ignored: Gemini may call several functions at once"]
      : warnings,
    isLegacy: legacy.length > 0,
  };
}

interface BuiltInTool {
  readonly name: string;
  readonly settings: JsonObject;
}

/** The tool that Google runs; undefined for a function. */
function builtInTool(tool: RequestFields): BuiltInTool | undefined {
  const type = tool.text("type");
  if (type === "function" || (type === undefined && tool.value("function") !== undefined)) {
    return undefined;
  }
  // A tool in Google's own form has a member of its name, and no type.
  for (const key of type === undefined ? Object.keys(tool.object) : [type]) {
    // Later versions of a tool have a date: web_search_preview_2025_03_11.
    const name = BUILT_IN.get(key.replace(/_20\d\d_\d\d_\d\d$/, ""));
    const settings = tool.value(key);
    if (name !== undefined) return { name, settings: isJsonObject(settings) ? settings : {} };
  }
  const field = tool.path("type");
  throw invalidField(
    field,
    `"${field}" is of an unknown kind; known are "function", "web_search", "code_interpreter", ` +
      '"url_context" and "google_maps"',
  );
}

function declared(declaration: RequestFields, names: FunctionNames): JsonObject {
  return functionDeclaration({
    name: names.toNative(declaration.requiredText("name")),
    description: declaration.text("description"),
    schema: declaration.objectOf("parameters"),
    field: declaration.path("parameters"),
  });
}

function functionChoice(body: RequestFields, names: FunctionNames): FunctionChoice | undefined {
  const name = body.value("tool_choice") === undefined ? "function_call" : "tool_choice";
  const choice = body.value(name);
  if (choice === undefined) return undefined;
  if (choice === "auto" || choice === "none") return { mode: choice };
  if (choice === "required" || choice === "any") return { mode: "any" };
  if (!isJsonObject(choice)) {
    throw invalidField(name, `"${name}" has to be "auto", "none", "required" or an object`);
  }
  const fields = new RequestFields(choice, name);
  const allowed = fields.fields("allowed_tools");
  if (allowed !== undefined) {
    const mode = allowed.word("mode", ["auto", "required"]) === "required" ? "any" : "auto";
    const tools = allowed.objects("tools").map((tool) =>
      nameOf(tool.requiredFields("function"), names)
    );
    return { mode, ...defined({ names: tools }) };
  }
  const chosen = name === "function_call" ? fields : fields.fields("function");
  if (chosen !== undefined) return { mode: "any", names: [nameOf(chosen, names)] };
  if (BUILT_IN.has(fields.text("type") ?? "")) return { mode: "auto" };
  throw invalidField(name, `"${name}" names no function: Gemini has functions only`);
}

function nameOf(chosen: RequestFields, names: FunctionNames): string {
  return names.toNative(chosen.requiredText("name"));
}
