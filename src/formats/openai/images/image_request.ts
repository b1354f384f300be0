/**
 * What a request for images asks for, and the native calls for it.
 *
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { OperationContext, Reading, TranslatedCall } from "../../operation.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { warningOf } from "../../shared/fields/warning.ts";
import { LooseFields } from "../loose_fields.ts";
import { imageList } from "./image_list.ts";
import { type ImageModel, imageModel } from "./image_model.ts";
import { type ImageShape, imageShape } from "./image_size.ts";

/** Most images of one request, as at OpenAI. */
const MOST_IMAGES = 10;

/** Most images of one call of Imagen. */
const MOST_OF_IMAGEN = 4;

const RESPONSE_FORMATS = ["b64_json", "url"] as const;

/** What a request asks for. */
interface ImageRequest extends ImageModel {
  readonly prompt: string;
  readonly count: number;
  readonly shape: ImageShape;
}

/**
 * Reads a request whose fields are known.
 *
 * @param input `parts`: the parts after the prompt; `warnings`: what the client should know of them.
 * @throws {RpcError} INVALID_ARGUMENT that names a field.
 */
export function readImageRequest(
  body: JsonObject,
  context: OperationContext,
  input: { readonly parts: readonly JsonObject[]; readonly warnings: readonly string[] } = {
    parts: [],
    warnings: [],
  },
): Reading {
  const fields = new LooseFields(body);
  refuseStream(fields);
  const model = imageModel(body, context);
  const request: ImageRequest = {
    ...model,
    prompt: fields.requiredText("prompt"),
    count: fields.integerWithin("n", { least: 1, most: MOST_IMAGES }) ?? 1,
    shape: imageShape(body, model.suffixes),
  };
  const format = fields.word("response_format", RESPONSE_FORMATS);
  const warnings = request.shape.warning === undefined ? [] : [request.shape.warning];
  const created = Math.floor(context.nowMs / 1000);
  return {
    calls: request.isImagen ? imagenCalls(request) : geminiCalls(request, input.parts),
    response: {
      type: "whole",
      translate: (responses) => ({
        json: imageList(responses, { created, format: format ?? "b64_json" }),
      }),
    },
    ...defined({ warning: warningOf([...warnings, ...input.warnings, ...lost(fields)]) }),
  };
}

function refuseStream(body: LooseFields): void {
  if (body.flag("stream") === true) {
    throw invalidField("stream", 'Cannot use "stream": Gemini sends an image whole; leave it out');
  }
  if (body.integerWithin("partial_images", { least: 0 })) {
    throw invalidField(
      "partial_images",
      'Cannot use "partial_images": Gemini sends an image whole; leave it out',
    );
  }
}

/** A call of Gemini makes one image. */
function geminiCalls(
  { prompt, count, model, shape }: ImageRequest,
  parts: readonly JsonObject[],
): TranslatedCall[] {
  const { aspectRatio, imageSize } = shape;
  const imageConfig = aspectRatio === undefined && imageSize === undefined
    ? undefined
    : defined({ aspectRatio, imageSize });
  const call: TranslatedCall = {
    method: "generateContent",
    model,
    body: {
      contents: [{ role: "user", parts: [{ text: prompt }, ...parts] }],
      generationConfig: { responseModalities: ["IMAGE"], ...defined({ imageConfig }) },
    },
  };
  return Array.from({ length: count }, () => call);
}

function imagenCalls({ prompt, count, model, shape }: ImageRequest): TranslatedCall[] {
  const calls: TranslatedCall[] = [];
  for (let made = 0; made < count; made += MOST_OF_IMAGEN) {
    const parameters = {
      sampleCount: Math.min(MOST_OF_IMAGEN, count - made),
      ...defined({ aspectRatio: shape.aspectRatio, sampleImageSize: shape.imageSize }),
    };
    calls.push({ method: "predict", model, body: { instances: [{ prompt }], parameters } });
  }
  return calls;
}

/** What the client asked for, and will not find in the image. */
function lost(body: LooseFields): string[] {
  const warnings: string[] = [];
  if (body.text("output_format") !== undefined) {
    warnings.push("output_format is ignored: the model chooses the format of the image");
  }
  if (body.text("background") === "transparent") {
    warnings.push("background is ignored: Gemini makes no transparent images");
  }
  return warnings;
}
