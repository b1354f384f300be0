/**
 * OpenAI's `POST images/edits`, a form, by `generateContent` of models that make images.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/images/createEdit}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { imageTypeOf } from "../../form/file_type.ts";
import type { FormBody, FormFile } from "../../form/form_body.ts";
import { formFields } from "../../form/form_fields.ts";
import type { Operation, OperationContext, Reading } from "../../operation.ts";
import { checkFields } from "../../shared/fields/field_check.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { EDIT_FIELDS } from "./image_fields.ts";
import { imageModel } from "./image_model.ts";
import { readImageRequest } from "./image_request.ts";

/** Most images to edit, as at OpenAI. */
const MOST_IMAGES = 16;

/** The names of fields for one of several images: OpenAI's clients write `image[]`. */
const IMAGE_FIELD = /^image(?:\[\d{0,2}\]|\d{1,2})?$/;

const MASK_WARNING = "the mask is sent as one more image, since Gemini has no masks: say in the " +
  "prompt what it means";

/** Images from images and a text. */
export const IMAGE_EDITS: Operation<FormBody> = {
  name: "openai.image_edits",
  fields: EDIT_FIELDS,
  read: readEdit,
};

function readEdit(form: FormBody, context: OperationContext): Reading {
  const body = formFields(form);
  checkFields(body, EDIT_FIELDS);
  const { images, mask } = filesOf(form.files);
  if (typeof body.image === "string" || Array.isArray(body.image)) {
    throw invalidField("image", '"image" is a text: send the image as a file of the form');
  }
  const { isImagen, model } = imageModel(body, context);
  if (isImagen) {
    throw invalidField(
      "model",
      `"${model}" makes images of texts only: use a Gemini model that makes images`,
    );
  }
  const files = mask === undefined ? images : [...images, mask];
  return readImageRequest(body, context, {
    parts: files.map(imagePart),
    warnings: mask === undefined ? [] : [MASK_WARNING],
  });
}

function filesOf(
  files: readonly FormFile[],
): { readonly images: readonly FormFile[]; readonly mask: FormFile | undefined } {
  const images: FormFile[] = [];
  let mask: FormFile | undefined;
  for (const file of files) {
    if (IMAGE_FIELD.test(file.field)) images.push(file);
    else if (file.field === "mask" && mask === undefined) mask = file;
    else throw invalidField(file.field, `The form has a file in "${file.field}", which takes none`);
  }
  if (images.length === 0) throw invalidField("image", '"image" is missing: send a file');
  if (images.length > MOST_IMAGES) {
    throw invalidField(
      "image",
      `The form has ${images.length} images: send at most ${MOST_IMAGES}`,
    );
  }
  return { images, mask };
}

function imagePart(file: FormFile): JsonObject {
  const mimeType = imageTypeOf(file);
  if (mimeType !== undefined && file.bytes.length > 0) {
    return { inlineData: { mimeType, data: file.bytes.toBase64() } };
  }
  throw invalidField(
    file.field,
    file.bytes.length === 0
      ? `The file in "${file.field}" is empty`
      : `The file in "${file.field}" is not an image of a known kind: send PNG, JPEG or WebP`,
  );
}
