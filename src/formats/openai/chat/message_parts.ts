/**
 * The content of a chat message as native parts.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages}
 * @module
 */
import { defined } from "../../../base/defined.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { invalidField } from "../../shared/fields/invalid_field.ts";
import { audioMimeType, mediaPart } from "../../shared/request/media_part.ts";
import { RequestFields } from "../../shared/fields/request_fields.ts";
import { withDetail } from "../image_detail.ts";

/** The media types where neither the client nor the address tells one. */
const USUAL_IMAGE = "image/jpeg";
const USUAL_VIDEO = "video/mp4";

/**
 * The parts of a message's content.
 *
 * @param model The model that is called.
 * @throws {RpcError} INVALID_ARGUMENT for content of an unknown kind.
 */
export function contentParts(message: RequestFields, model: string): JsonObject[] {
  const content = message.value("content");
  if (content === undefined) return [];
  if (typeof content === "string") return [{ text: content }];
  if (!Array.isArray(content)) {
    const field = message.path("content");
    throw invalidField(field, `"${field}" has to be a text, or a list of parts`);
  }
  return content.map((part, index) => {
    const path = `${message.path("content")}[${index}]`;
    if (typeof part === "string") return { text: part };
    if (isJsonObject(part)) return readPart(new RequestFields(part, path), model);
    throw invalidField(path, `"${path}" has to be an object`);
  });
}

/**
 * The texts of a message's content, without anything between them.
 *
 * @throws {RpcError} INVALID_ARGUMENT if it holds anything but text.
 */
export function contentTexts(message: RequestFields): string[] {
  return contentParts(message, "").map((part, index) => {
    if (typeof part.text === "string") return part.text;
    const field = `${message.path("content")}[${index}]`;
    throw invalidField(field, `"${field}" has to be a text: this role takes nothing else`);
  });
}

/** The part of an image that a client names by its `url`. */
export function imagePart(image: RequestFields, model: string): JsonObject {
  const url = image.requiredText("url");
  const fallback = image.text("format") ?? USUAL_IMAGE;
  const part = mediaPart({ url, field: image.path("url"), fallback });
  return withDetail(part, { detail: image.text("detail"), model });
}

function readPart(part: RequestFields, model: string): JsonObject {
  const type = part.text("type") ?? "text";
  switch (type) {
    case "text":
      return { text: part.text("text") ?? "" };
    case "refusal":
      return { text: part.text("refusal") ?? "" };
    case "image_url":
      return typeof part.value("image_url") === "string"
        ? imagePart(
          new RequestFields({ url: part.value("image_url") }, part.path("image_url")),
          model,
        )
        : imagePart(part.requiredFields("image_url"), model);
    case "video_url":
      return videoPart(part.requiredFields("video_url"));
    case "input_audio":
      return audioPart(part.requiredFields("input_audio"));
    case "file":
      return filePart(part.requiredFields("file"));
    default: {
      const field = part.path("type");
      throw invalidField(
        field,
        `"${field}" is of an unknown kind; known are "text", "image_url", "video_url", "input_audio" and "file"`,
      );
    }
  }
}

function videoPart(video: RequestFields): JsonObject {
  const url = video.requiredText("url");
  return mediaPart({ url, field: video.path("url"), fallback: USUAL_VIDEO });
}

function audioPart(audio: RequestFields): JsonObject {
  const format = audio.text("format") ?? "wav";
  const mimeType = audioMimeType(format);
  if (mimeType === undefined) {
    const field = audio.path("format");
    throw invalidField(
      field,
      `"${field}" is not known; Gemini takes wav, mp3, flac, aac, ogg, aiff`,
    );
  }
  return mediaPart({ data: audio.requiredText("data"), mimeType, field: audio.path("data") });
}

function filePart(file: RequestFields): JsonObject {
  const data = file.text("file_data");
  const fileId = file.text("file_id");
  const name = file.text("filename");
  const field = file.path(data === undefined ? "file_id" : "file_data");
  // Some clients send the address of a file as its data.
  const isAddress = data !== undefined && /^(?:https?|gs):/i.test(data);
  return mediaPart({ ...defined(isAddress ? { url: data } : { data, fileId }), name, field });
}
