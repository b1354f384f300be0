/**
 * The aspect ratio and the size of an image, from what clients of OpenAI's API write: pixels, a ratio, a quality, or a
 * suffix of the model's name.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/images/create}
 * @see {@link https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { JsonObject } from "../../../base/json.ts";
import { invalidField, quoted } from "../../shared/fields/invalid_field.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { ASPECT_RATIOS, type AspectRatio, IMAGE_SIZES, type ImageSize } from "./image_words.ts";
import type { ModelSuffixes } from "./model_suffixes.ts";

/** The sizes by quality; undefined where the model chooses. */
export const SIZE_OF_QUALITY: Readonly<Record<string, ImageSize | undefined>> = {
  auto: undefined,
  low: undefined,
  standard: undefined,
  medium: "1K",
  high: "2K",
  hd: "2K",
  "1k": "1K",
  "2k": "2K",
  "4k": "4K",
};

/** How far from a ratio an image of some pixels may be. */
const TOLERANCE = 0.05;

/** The least long side of an image of a size, in pixels. */
const LONG_SIDES: readonly (readonly [number, ImageSize])[] = [[4096, "4K"], [2048, "2K"]];

/** What an image is to be; a member is absent where the model chooses. */
export interface ImageShape {
  readonly aspectRatio?: AspectRatio;
  readonly imageSize?: ImageSize;
  /** What the client should know of the choice. */
  readonly warning?: string;
}

/**
 * The shape of the images of a request. For the ratio, `aspect_ratio` comes first, then `size`, then the suffix; for
 * the size, `image_size`, then the pixels of `size`, then `quality`, then the suffix.
 *
 * @throws {RpcError} INVALID_ARGUMENT if a field has a value that means neither.
 */
export function imageShape(body: JsonObject, suffixes: ModelSuffixes): ImageShape {
  const fields = new RequestFields(body);
  const bySize = shapeOfSize(fields.text("size"));
  const ratio = ratioField(fields);
  const aspectRatio = ratio ?? bySize.aspectRatio ?? suffixes.aspectRatio;
  const imageSize = sizeField(fields) ?? bySize.imageSize ?? qualityField(fields) ??
    suffixes.imageSize;
  const warning = ratio === undefined ? bySize.warning : undefined;
  return defined({ aspectRatio, imageSize, warning });
}

/**
 * The shape that a `size` means: `auto`, a ratio, or width and height in pixels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shapeOfSize } from "./image_size.ts";
 *
 * assert.deepEqual(shapeOfSize("1536x1024"), { aspectRatio: "3:2" });
 * assert.deepEqual(shapeOfSize("2048x2048"), { aspectRatio: "1:1", imageSize: "2K" });
 * ```
 */
export function shapeOfSize(size: string | undefined): ImageShape {
  if (size === undefined || size === "") return {};
  if (size === "auto") return { aspectRatio: "1:1" };
  const exact = ASPECT_RATIOS.find((ratio) => ratio === size);
  if (exact !== undefined) return { aspectRatio: exact };
  const [, width, height] = /^([1-9]\d{0,4})\s*[x×*]\s*([1-9]\d{0,4})$/i.exec(size) ?? [];
  if (width === undefined || height === undefined) {
    throw invalidField(
      "size",
      `"size" cannot be ${quoted(size)}: write width and height, as in "1536x1024", or one of ` +
        `${ASPECT_RATIOS.join(", ")}`,
    );
  }
  const pixels = { width: Number(width), height: Number(height) };
  const long = Math.max(pixels.width, pixels.height);
  const imageSize = LONG_SIDES.find(([least]) => long >= least)?.[1];
  const aspectRatio = nearestRatio(pixels);
  const warning = aspectRatio === undefined
    ? `size ${width}x${height} is near none of Gemini's aspect ratios: the image has 1:1`
    : undefined;
  return defined({ aspectRatio: aspectRatio ?? "1:1", imageSize, warning });
}

function nearestRatio(
  { width, height }: { readonly width: number; readonly height: number },
): AspectRatio | undefined {
  const wanted = width / height;
  let nearest: AspectRatio | undefined;
  let least = TOLERANCE;
  for (const ratio of ASPECT_RATIOS) {
    const [across = 1, up = 1] = ratio.split(":").map(Number);
    const distance = Math.abs(wanted - across / up);
    if (distance > least || (distance === least && nearest !== undefined)) continue;
    nearest = ratio;
    least = distance;
  }
  return nearest;
}

function ratioField(body: RequestFields): AspectRatio | undefined {
  const name = "aspectRatio" in body.object ? "aspectRatio" : "aspect_ratio";
  const value = body.text(name);
  if (value === undefined) return undefined;
  const ratio = ASPECT_RATIOS.find((one) => one === value);
  if (ratio !== undefined) return ratio;
  throw invalidField(
    name,
    `"${name}" cannot be ${quoted(value)}: use one of ${ASPECT_RATIOS.join(", ")}`,
  );
}

function sizeField(body: RequestFields): ImageSize | undefined {
  const name = "imageSize" in body.object ? "imageSize" : "image_size";
  const value = body.text(name);
  if (value === undefined) return undefined;
  const size = IMAGE_SIZES.find((one) => one === value.toUpperCase());
  if (size !== undefined) return size;
  throw invalidField(
    name,
    `"${name}" cannot be ${quoted(value)}: use one of ${IMAGE_SIZES.join(", ")}`,
  );
}

function qualityField(body: RequestFields): ImageSize | undefined {
  const value = body.text("quality")?.toLowerCase();
  if (value === undefined) return undefined;
  if (Object.hasOwn(SIZE_OF_QUALITY, value)) return SIZE_OF_QUALITY[value];
  throw invalidField(
    "quality",
    `"quality" cannot be ${quoted(value)}: use one of ${Object.keys(SIZE_OF_QUALITY).join(", ")}`,
  );
}
