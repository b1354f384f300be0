/**
 * A native request for a model as one for an interaction, as far as interactions have what it says.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { contentSteps } from "./request_steps.ts";

/** What an interaction is made of. */
export interface InteractionParts {
  readonly model: string;
  /** The request of `generateContent` that says the same. */
  readonly native: JsonObject;
  /** The interaction that is continued. */
  readonly previous: string | undefined;
  readonly isStream: boolean;
}

/** Tools that Google runs, by their native names. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ["googleSearch", "google_search"],
  ["codeExecution", "code_execution"],
]);

/** Members of a generation configuration that interactions have, too. */
const SAME: ReadonlyMap<string, string> = new Map([
  ["temperature", "temperature"],
  ["topP", "top_p"],
  ["maxOutputTokens", "max_output_tokens"],
  ["seed", "seed"],
  ["stopSequences", "stop_sequences"],
]);

/** The request; undefined if interactions lack something that the native one says. */
export function interactionRequest(
  { model, native, previous, isStream }: InteractionParts,
): JsonObject | undefined {
  const { contents, systemInstruction, tools, toolConfig, generationConfig, serviceTier } = native;
  const input = contentSteps(Array.isArray(contents) ? contents : []);
  const config = configOf(generationConfig, toolConfig);
  if (input === undefined || config === undefined) return undefined;
  const { response_format, ...generation_config } = config;
  return {
    model,
    input,
    store: true,
    ...(isStream ? { stream: true } : {}),
    ...defined({
      previous_interaction_id: previous,
      system_instruction: systemText(systemInstruction),
      tools: toolsOf(tools),
      response_format,
      service_tier: serviceTier,
    }),
    ...(Object.keys(generation_config).length > 0 ? { generation_config } : {}),
  };
}

function systemText(instruction: unknown): string | undefined {
  if (!isJsonObject(instruction) || !Array.isArray(instruction.parts)) return undefined;
  return instruction.parts.map((part) => isJsonObject(part) ? String(part.text ?? "") : "")
    .join("\n\n");
}

function toolsOf(tools: unknown): readonly JsonObject[] | undefined {
  if (!Array.isArray(tools)) return undefined;
  return tools.filter(isJsonObject).flatMap((tool) => {
    const { functionDeclarations: functions } = tool;
    if (Array.isArray(functions)) return functions.filter(isJsonObject).map(functionTool);
    return [...BUILT_IN].flatMap(([native, type]) => native in tool ? [{ type }] : []);
  });
}

function functionTool({ name, description, parametersJsonSchema: parameters }: JsonObject) {
  return { type: "function", name, ...defined({ description, parameters }) };
}

/** The configuration, with the format of the response; undefined if something is missing in interactions. */
function configOf(native: unknown, toolConfig: unknown): JsonObject | undefined {
  const config: Record<string, unknown> = {};
  const { thinkingConfig, responseMimeType, responseJsonSchema: schema, ...rest } =
    isJsonObject(native) ? native : {};
  for (const name in rest) {
    const same = SAME.get(name);
    if (same === undefined) return undefined;
    config[same] = rest[name];
  }
  if (isJsonObject(thinkingConfig)) {
    const { thinkingLevel: level, thinkingBudget, includeThoughts } = thinkingConfig;
    if (thinkingBudget !== undefined) return undefined;
    if (typeof level === "string") config.thinking_level = level.toLowerCase();
    if (includeThoughts === true) config.thinking_summaries = "auto";
  }
  if (responseMimeType !== undefined) {
    config.response_format = { type: "text", mime_type: responseMimeType, ...defined({ schema }) };
  }
  const choice = isJsonObject(toolConfig) ? toolConfig.functionCallingConfig : undefined;
  if (isJsonObject(choice)) {
    const mode = String(choice.mode).toLowerCase();
    const tools = choice.allowedFunctionNames;
    config.tool_choice = tools === undefined ? mode : { allowed_tools: { mode, tools } };
  }
  return config;
}
