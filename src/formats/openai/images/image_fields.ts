/**
 * The fields of OpenAI's `POST images/generations` and `POST images/edits`.
 *
 * @module
 */
import type { FieldRule } from "../../operation.ts";
import { DEFAULT_IMAGE_MODEL } from "./image_model.ts";

const FROM_GEMINI = "Gemini has no such setting";

const SHARED: readonly FieldRule[] = [
  { name: "prompt", treatment: "mapped", note: "a text part, unchanged: nothing is added to it" },
  {
    name: "model",
    treatment: "mapped",
    note: "the model, after aliases, without suffixes of size and ratio; " +
      `\`${DEFAULT_IMAGE_MODEL}\` if absent`,
  },
  {
    name: "n",
    treatment: "mapped",
    note: "1 to 10: as many `generateContent` calls side by side; Imagen: `sampleCount`",
  },
  {
    name: "size",
    treatment: "mapped",
    note: "`imageConfig.aspectRatio`, and `imageSize` from 2048 pixels on: see the tables below",
  },
  { name: "quality", treatment: "mapped", note: "`imageConfig.imageSize`: see the tables below" },
  { name: "aspect_ratio", treatment: "mapped", note: "`imageConfig.aspectRatio`, before `size`" },
  { name: "aspectRatio", treatment: "mapped", note: "the same as `aspect_ratio`" },
  {
    name: "image_size",
    treatment: "mapped",
    note: "`imageConfig.imageSize`, before `size` and `quality`",
  },
  { name: "imageSize", treatment: "mapped", note: "the same as `image_size`" },
  {
    name: "response_format",
    treatment: "mapped",
    note: "`b64_json` (the default), or `url`: a data: URL",
  },
  {
    name: "output_format",
    treatment: "ignored",
    note: "the model chooses the format, and the gateway converts nothing: the response's " +
      "`output_format` says which it is",
  },
  { name: "output_compression", treatment: "ignored", note: FROM_GEMINI },
  { name: "background", treatment: "ignored", note: FROM_GEMINI },
  { name: "moderation", treatment: "ignored", note: `${FROM_GEMINI}: Google's defaults hold` },
  { name: "style", treatment: "ignored", note: "write the style in the prompt" },
  { name: "user", treatment: "ignored", note: "Gemini has no such field" },
  {
    name: "stream",
    treatment: "mapped",
    note: "only `false`: Gemini sends no partial images",
  },
  { name: "partial_images", treatment: "mapped", note: "only `0`, for the same reason" },
];

/** The fields of `images/generations`. */
export const GENERATION_FIELDS: readonly FieldRule[] = SHARED;

/** The fields of `images/edits`, files included. */
export const EDIT_FIELDS: readonly FieldRule[] = [
  {
    name: "image",
    treatment: "mapped",
    note:
      "a file, or up to 16 as `image[]` or `image1`, `image2`, …: `inlineData` parts after the prompt",
  },
  {
    name: "mask",
    treatment: "mapped",
    note:
      "a file: one more `inlineData` part, since Gemini has no masks. Say in the prompt what it means",
  },
  { name: "input_fidelity", treatment: "ignored", note: FROM_GEMINI },
  ...SHARED,
];
