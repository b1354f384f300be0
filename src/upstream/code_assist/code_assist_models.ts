/**
 * Code Assist's catalogue, in the shape of the Gemini API's model list.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { supportedMethods } from "../../gemini/api/methods.ts";
import type { Model } from "../../gemini/api/model.ts";

/**
 * Maps the response of fetchAvailableModels to model resources.
 *
 * @param response The parsed response: `{models: {"<id>": {…}}}`.
 * @see {@link https://ai.google.dev/api/models#Model}
 */
export function modelsOfCatalogue(response: unknown): readonly Model[] {
  const models = isJsonObject(response) ? response["models"] : undefined;
  if (!isJsonObject(models)) return [];
  return Object.entries(models).map(toModel);
}

function toModel([id, entry]: readonly [string, unknown]): Model {
  const known: JsonObject = isJsonObject(entry) ? entry : {};
  return {
    name: `models/${id}`,
    displayName: typeof known["displayName"] === "string" ? known["displayName"] : id,
    ...(typeof known["maxTokens"] === "number" ? { inputTokenLimit: known["maxTokens"] } : {}),
    ...(typeof known["maxOutputTokens"] === "number"
      ? { outputTokenLimit: known["maxOutputTokens"] }
      : {}),
    supportedGenerationMethods: supportedMethods("code-assist", "generation"),
    ...(known["supportsThinking"] === true ? { thinking: true } : {}),
  };
}
