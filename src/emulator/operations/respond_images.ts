/**
 * Images by `:predict`, in the Gemini API and in Vertex AI.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api}
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import { invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { numberAt, objectAt, textAt } from "../json.ts";
import type { CatalogueModel } from "../models/catalogue.ts";
import { respondBody, type ServiceCall } from "../models/model_call.ts";
import { PNG } from "../models/media_parts.ts";
import type { Flavour } from "../schema/proto_schema.ts";

/** Most images of one request. */
const MOST_IMAGES = 4;

/** The values of parameters of Imagen that are words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  aspectRatio: ["1:1", "3:4", "4:3", "9:16", "16:9"],
  sampleImageSize: ["1K", "2K"],
};

/** Handles `:predict` of a model that makes images. */
export function respondImages(
  call: ServiceCall,
  { model, flavour }: { readonly model: CatalogueModel; readonly flavour: Flavour },
): Promise<Response> {
  const request = parseBody(call.rawBody, { message: "PredictRequest", flavour });
  const [instance, ...more] = Array.isArray(request["instances"]) ? request["instances"] : [];
  if (!isJsonObject(instance) || more.length > 0) {
    throw invalidArgument("Image generation requires exactly one instance.");
  }
  if (!textAt(instance, "prompt")) throw invalidArgument("Image generation requires a prompt.");
  const parameters = objectAt(request, "parameters");
  for (const [name, words] of Object.entries(WORDS)) {
    const word = textAt(parameters, name);
    if (word === undefined || words.includes(word)) continue;
    throw invalidArgument(`${name} must be one of ${words.join(", ")}, but got ${word}.`);
  }
  const count = numberAt(parameters, "sampleCount") ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > MOST_IMAGES) {
    throw invalidArgument(`sampleCount must be between 1 and ${MOST_IMAGES}, but got ${count}.`);
  }
  const image = { mimeType: "image/png", bytesBase64Encoded: PNG };
  return respondBody(call, { model, body: { predictions: Array(count).fill(image) } });
}
