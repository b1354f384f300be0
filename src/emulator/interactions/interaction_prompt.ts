/**
 * Changes the steps of an interaction into a GenerateContentRequest, which the emulated models respond to.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../json.ts";

/** Returns the steps that `input` means: a text, one content, several, or steps. */
export function inputSteps(input: unknown): readonly JsonObject[] {
  if (typeof input === "string") return [userInput([{ text: input, type: "text" }])];
  if (isJsonObject(input)) return [userInput([input])];
  const items = Array.isArray(input) ? input.filter(isJsonObject) : [];
  const [first] = items;
  if (first === undefined) return [];
  return isContent(first) ? [userInput(items)] : items;
}

/**
 * Returns the request.
 *
 * @param body A valid body of `interactions.create`.
 * @param steps The whole conversation, oldest first.
 */
export function promptOf(body: JsonObject, steps: readonly JsonObject[]): JsonObject {
  const system = textAt(body, "system_instruction");
  const functions = objectsAt(body, "tools").filter((tool) => tool["type"] === "function")
    .map((tool) =>
      defined({
        name: tool["name"],
        description: tool["description"],
        parametersJsonSchema: tool["parameters"],
      })
    );
  return defined({
    contents: steps.map(contentOf).filter((content) => content !== undefined),
    systemInstruction: system === undefined ? undefined : { parts: [{ text: system }] },
    tools: functions.length === 0 ? undefined : [{ functionDeclarations: functions }],
    toolConfig: toolConfig(objectAt(body, "generation_config")?.["tool_choice"]),
    generationConfig: generationConfig(body),
  });
}

function userInput(content: readonly JsonObject[]): JsonObject {
  return { type: "user_input", content };
}

function isContent({ type }: JsonObject): boolean {
  return ["text", "image", "audio", "video", "document"].includes(String(type));
}

/** The steps that Google's own tools make are not read by the emulated models. */
function contentOf(step: JsonObject): JsonObject | undefined {
  switch (step["type"]) {
    case "user_input":
      return { role: "user", parts: objectsAt(step, "content").map(partOf) };
    case "model_output":
      return { role: "model", parts: objectsAt(step, "content").map(partOf) };
    case "function_call": {
      const { id, name } = step;
      return { role: "model", parts: [{ functionCall: { id, name, args: step["arguments"] } }] };
    }
    case "function_result": {
      const { call_id: id, name, result } = step;
      return { role: "user", parts: [{ functionResponse: { id, name, response: { result } } }] };
    }
    default:
      return undefined;
  }
}

function partOf(content: JsonObject): JsonObject {
  const { type, text, uri, data, mime_type: mimeType } = content;
  if (type === "text") return { text };
  return uri === undefined
    ? { inlineData: { mimeType, data: data ?? "" } }
    : { fileData: defined({ mimeType, fileUri: uri }) };
}

function toolConfig(choice: unknown): JsonObject | undefined {
  const allowed = isJsonObject(choice) ? objectAt(choice, "allowed_tools") : undefined;
  const mode = typeof choice === "string" ? choice : textAt(allowed, "mode");
  if (mode === undefined) return undefined;
  const allowedFunctionNames = textsAt(allowed, "tools");
  return { functionCallingConfig: { mode: mode.toUpperCase(), allowedFunctionNames } };
}

function generationConfig(body: JsonObject): JsonObject {
  const given = body["response_format"];
  const formats = Array.isArray(given) ? given.filter(isJsonObject) : [given].filter(isJsonObject);
  const text = formats.find(({ type }) => type === "text");
  const bare = formats.find(({ type }) => !["text", "image", "audio", "video"].includes(`${type}`));
  const schema = text?.["schema"] ?? bare;
  const wantsImage = textsAt(body, "response_modalities").includes("image") ||
    formats.some(({ type }) => type === "image");
  const summaries = textAt(objectAt(body, "generation_config"), "thinking_summaries") ??
    textAt(objectAt(body, "agent_config"), "thinking_summaries");
  return defined({
    responseMimeType: schema === undefined
      ? textAt(text, "mime_type") ?? textAt(body, "response_mime_type")
      : "application/json",
    responseJsonSchema: schema,
    responseModalities: wantsImage ? ["TEXT", "IMAGE"] : undefined,
    thinkingConfig: summaries === "auto" ? { includeThoughts: true } : undefined,
  });
}
