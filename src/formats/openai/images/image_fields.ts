/**
 * The fields of OpenAI's `POST images/generations` and `POST images/edits`.
 *
 * @module
 */
import { type FieldRule, ignored, mapped } from "../../field_rule.ts";
import { DEFAULT_IMAGE_MODEL } from "./image_model.ts";

const FROM_GEMINI = "Gemini has no such setting";

const SHARED: readonly FieldRule[] = [
  mapped("prompt", "a text part, unchanged: nothing is added to it"),
  mapped(
    "model",
    "the model, after aliases, without suffixes of size and ratio; " +
      `\`${DEFAULT_IMAGE_MODEL}\` if absent`,
  ),
  mapped("n", "1 to 10: as many `generateContent` calls side by side; Imagen: `sampleCount`"),
  mapped(
    "size",
    "`imageConfig.aspectRatio`, and `imageSize` from 2048 pixels on: see the tables below",
  ),
  mapped("quality", "`imageConfig.imageSize`: see the tables below"),
  mapped("aspect_ratio", "`imageConfig.aspectRatio`, before `size`"),
  mapped("aspectRatio", "the same as `aspect_ratio`"),
  mapped("image_size", "`imageConfig.imageSize`, before `size` and `quality`"),
  mapped("imageSize", "the same as `image_size`"),
  mapped("response_format", "`b64_json` (the default), or `url`: a data: URL"),
  ignored(
    "output_format",
    "the model chooses the format, and the gateway converts nothing: the response's " +
      "`output_format` says which it is",
  ),
  ignored("output_compression", FROM_GEMINI),
  ignored("background", FROM_GEMINI),
  ignored("moderation", `${FROM_GEMINI}: Google's defaults hold`),
  ignored("style", "write the style in the prompt"),
  ignored("user", "Gemini has no such field"),
  mapped("stream", "only `false`: Gemini sends no partial images"),
  mapped("partial_images", "only `0`, for the same reason"),
];

/** The fields of `images/generations`. */
export const GENERATION_FIELDS: readonly FieldRule[] = SHARED;

/** The fields of `images/edits`, files included. */
export const EDIT_FIELDS: readonly FieldRule[] = [
  mapped(
    "image",
    "a file, or up to 16 as `image[]` or `image1`, `image2`, …: `inlineData` parts after the prompt",
  ),
  mapped(
    "mask",
    "a file: one more `inlineData` part, since Gemini has no masks. Say in the prompt what it means",
  ),
  ignored("input_fidelity", FROM_GEMINI),
  ...SHARED,
];
