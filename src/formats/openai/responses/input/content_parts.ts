/**
 * The parts of a message, and of a tool's result, as native parts.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/responses/create#responses-create-input}
 * @module
 */
import { defined } from "../../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import { audioMimeType, mediaPart } from "../../../shared/request/media_part.ts";
import { withDetail } from "../../image_detail.ts";

/** Where parts stand. */
export interface PartsPlace {
  readonly field: string;
  /** The model that is called. */
  readonly model: string;
}

/** The native parts of a text, or of a list of parts. */
export function contentParts(content: unknown, { field, model }: PartsPlace): JsonObject[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return [{ text: content }];
  if (!Array.isArray(content)) {
    throw invalidField(field, `"${field}" has to be a text or a list of parts`);
  }
  return content.map((part, index) => contentPart(part, { field: `${field}[${index}]`, model }));
}

function contentPart(part: unknown, { field, model }: PartsPlace): JsonObject {
  if (!isJsonObject(part)) throw invalidField(field, `"${field}" has to be an object`);
  switch (part.type) {
    case "input_text":
    case "output_text":
    case "text":
    case "summary_text":
    case "reasoning_text":
      return textPart(part.text, `${field}.text`);
    case "refusal":
      return textPart(part.refusal, `${field}.refusal`);
    case "input_image":
      return imagePart(part, { field, model });
    case "input_file":
      return filePart(part, field);
    case "input_audio":
      return audioPart(part.input_audio, `${field}.input_audio`);
    default:
      throw invalidField(
        `${field}.type`,
        `"${field}.type" has to be input_text, input_image, input_file, input_audio, output_text or refusal`,
      );
  }
}

function textPart(text: unknown, field: string): JsonObject {
  if (typeof text !== "string") throw invalidField(field, `"${field}" has to be a text`);
  return { text };
}

function imagePart(
  { image_url, file_id, detail }: JsonObject,
  { field, model }: PartsPlace,
): JsonObject {
  // A chat's form of an image is an object.
  const url = textOf(isJsonObject(image_url) ? image_url.url : image_url);
  const source = { url, fileId: textOf(file_id) };
  const isFile = url === undefined && source.fileId !== undefined;
  const place = isFile ? `${field}.file_id` : `${field}.image_url`;
  const part = mediaPart({ ...source, fallback: "image/jpeg", field: place });
  return withDetail(part, { detail, model });
}

function filePart(
  { file_data, file_url, file_id, filename }: JsonObject,
  field: string,
): JsonObject {
  const source = { data: textOf(file_data), url: textOf(file_url), fileId: textOf(file_id) };
  const member = source.data ? "file_data" : source.url ? "file_url" : "file_id";
  const name = textOf(filename);
  return mediaPart({
    ...source,
    ...defined({ name }),
    fallback: "application/pdf",
    field: `${field}.${member}`,
  });
}

function audioPart(audio: unknown, field: string): JsonObject {
  if (!isJsonObject(audio)) {
    throw invalidField(field, `"${field}" has to be an object with "data" and "format"`);
  }
  const mimeType = audioMimeType(textOf(audio.format) ?? "");
  return mediaPart({ data: textOf(audio.data), ...defined({ mimeType }), field: `${field}.data` });
}

/** A text that is not empty. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
