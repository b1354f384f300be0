/**
 * Native contents as the steps of an interaction.
 *
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";

/** The steps; undefined if a part has no counterpart. */
export function contentSteps(contents: readonly unknown[]): readonly JsonObject[] | undefined {
  const steps: JsonObject[] = [];
  let open: { type: string; content: JsonObject[] } | undefined;
  for (const content of contents) {
    if (!isJsonObject(content) || !Array.isArray(content.parts)) return undefined;
    const type = content.role === "model" ? "model_output" : "user_input";
    for (const part of content.parts) {
      if (!isJsonObject(part)) return undefined;
      const step = callStep(part) ?? resultStep(part);
      if (step !== undefined) {
        steps.push(step);
        open = undefined;
        continue;
      }
      const said = contentOf(part);
      if (said === undefined) return undefined;
      if (open?.type !== type) {
        open = { type, content: [] };
        steps.push(open);
      }
      open.content.push(said);
    }
  }
  return steps;
}

function callStep({ functionCall: call, thoughtSignature: signature }: JsonObject) {
  if (!isJsonObject(call)) return undefined;
  const { id, name, args } = call;
  // Steps of calls have to have ids, which older models do not give.
  return typeof id === "string"
    ? { type: "function_call", id, name, arguments: args ?? {}, ...defined({ signature }) }
    : undefined;
}

function resultStep({ functionResponse: result }: JsonObject): JsonObject | undefined {
  if (!isJsonObject(result) || typeof result.id !== "string") return undefined;
  const { id, name, response, parts } = result;
  const media = Array.isArray(parts) ? parts.filter(isJsonObject).map(contentOf) : [];
  if (media.includes(undefined)) return undefined;
  const text = { type: "text", text: JSON.stringify(response) };
  return {
    type: "function_result",
    call_id: id,
    ...(typeof name === "string" && name !== "" ? { name } : {}),
    result: media.length === 0 ? response : [text, ...media],
  };
}

/** A text, or media; undefined for other parts. */
function contentOf(part: JsonObject): JsonObject | undefined {
  const { text, inlineData, fileData, mediaResolution } = part;
  if (mediaResolution !== undefined) return undefined;
  if (typeof text === "string") return { type: "text", text };
  if (isJsonObject(inlineData)) {
    const { mimeType, data } = inlineData;
    return { type: typeOf(mimeType), mime_type: mimeType, data };
  }
  if (!isJsonObject(fileData)) return undefined;
  const { mimeType, fileUri: uri } = fileData;
  return { type: typeOf(mimeType), ...defined({ mime_type: mimeType }), uri };
}

function typeOf(mimeType: unknown): string {
  const [family = ""] = typeof mimeType === "string" ? mimeType.split("/", 1) : [];
  return ["image", "audio", "video"].includes(family) ? family : "document";
}
