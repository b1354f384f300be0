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
import { PNG } from "../models/model_responses.ts";
import type { Flavour } from "../schema/proto_schema.ts";

/** Most images of one request. */
const MOST_IMAGES = 4;

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
  const count = numberAt(objectAt(request, "parameters"), "sampleCount") ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > MOST_IMAGES) {
    throw invalidArgument(`sampleCount must be between 1 and ${MOST_IMAGES}, but got ${count}.`);
  }
  const image = { mimeType: "image/png", bytesBase64Encoded: PNG };
  return respondBody(call, { model, body: { predictions: Array(count).fill(image) } });
}
