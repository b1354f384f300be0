/**
 * OpenAI's list of images from native responses.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { candidatesOf } from "../../shared/response/response_parts.ts";
import { countsOf, type TokenCounts } from "../../shared/response/token_counts.ts";
import { missingMedia } from "../missing_media.ts";

/** How the client wants an image: in base64, or as a data: URL. */
export type ImageFormat = "b64_json" | "url";

interface Image {
  readonly mimeType: string;
  /** In base64. */
  readonly data: string;
}

/**
 * The list: the images of all responses, in their order. Drafts, which models think of, are left out.
 *
 * @param options `created`: in seconds since the epoch.
 * @throws {RpcError} INVALID_ARGUMENT if there is no image: it says why, as far as Google does.
 */
export function imageList(
  responses: readonly JsonObject[],
  options: { readonly created: number; readonly format: ImageFormat },
): JsonObject {
  const images = responses.flatMap(imagesOf);
  const [first] = images;
  if (first === undefined) {
    const hint = "Change the prompt, or use a model that makes images.";
    throw missingMedia(responses, { what: "image", hint });
  }
  const counts = responses.flatMap((response) => countsOf(response) ?? []);
  return {
    created: options.created,
    data: images.map(({ mimeType, data }) =>
      options.format === "url" ? { url: `data:${mimeType};base64,${data}` } : { b64_json: data }
    ),
    output_format: first.mimeType.replace(/^image\//, ""),
    ...(counts.length > 0 ? { usage: usageOf(counts) } : {}),
  };
}

function imagesOf(response: JsonObject): Image[] {
  const parts = candidatesOf(response).flatMap((candidate) => candidate.parts);
  const media = parts.flatMap((part) =>
    part.type === "media" && !part.isThought && part.mimeType.startsWith("image/") ? [part] : []
  );
  return [...media, ...predictionsOf(response).flatMap(predictedImage)];
}

function predictionsOf({ predictions }: JsonObject): JsonObject[] {
  return Array.isArray(predictions) ? predictions.filter(isJsonObject) : [];
}

function predictedImage({ bytesBase64Encoded, mimeType }: JsonObject): Image[] {
  return typeof bytesBase64Encoded === "string"
    ? [{
      mimeType: typeof mimeType === "string" ? mimeType : "image/png",
      data: bytesBase64Encoded,
    }]
    : [];
}

function usageOf(counts: readonly TokenCounts[]): JsonObject {
  const sum = (read: (count: TokenCounts) => number) =>
    counts.reduce((total, count) => total + read(count), 0);
  const input = sum(({ prompt }) => prompt);
  const images = sum(({ promptImage }) => promptImage);
  return {
    input_tokens: input,
    output_tokens: sum(({ output }) => output),
    total_tokens: sum(({ total }) => total),
    input_tokens_details: { text_tokens: Math.max(0, input - images), image_tokens: images },
  };
}
