/**
 * OpenAI's `POST images/generations`, by `generateContent` of models that make images, and by `predict` of Imagen.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/images/create}
 * @module
 */
import type { Operation } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { GENERATION_FIELDS } from "./image_fields.ts";
import { readImageRequest } from "./image_request.ts";

/** Images from a text. */
export const IMAGE_GENERATIONS: Operation = {
  name: "openai.images",
  fields: GENERATION_FIELDS,
  read: (body, context) => {
    checkFields(body, GENERATION_FIELDS);
    return readImageRequest(body, context);
  },
};
