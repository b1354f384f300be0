/**
 * Images, documents and search results of a request, as native parts.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages#body-messages-content}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/invalid_field.ts";
import { mediaPart } from "../../../shared/media_part.ts";
import { checkBlock } from "./block_fields.ts";
import {
  objectsMember,
  pathOf,
  type Place,
  requiredObject,
  requiredText,
  textMember,
} from "./members.ts";

/** What the media type is if nothing tells it. */
const FALLBACK = { image: "image/png", document: "application/pdf" } as const;

/** The part for an image. */
export function imagePart(block: Place): JsonObject {
  return sourcePart(requiredObject(block, "source"), FALLBACK.image);
}

/** The parts for a document: its title and its context, if it has them, and its content. */
export function documentParts(block: Place): JsonObject[] {
  const heads = [textMember(block, "title"), textMember(block, "context")];
  const texts = heads.filter((text) => text !== undefined && text !== "");
  const source = requiredObject(block, "source");
  return [...texts.map((text) => ({ text })), ...documentContent(source)];
}

/** The text of a search result: its title, its source and its texts. */
export function searchResultText(block: Place): string {
  const texts = objectsMember(block, "content").map((item) => requiredText(item, "text"));
  return [requiredText(block, "title"), requiredText(block, "source"), ...texts].join("\n");
}

function documentContent(source: Place): JsonObject[] {
  const type = requiredText(source, "type");
  if (type === "text") return [{ text: requiredText(source, "data") }];
  if (type !== "content") return [sourcePart(source, FALLBACK.document)];
  const { content } = source.object;
  if (typeof content === "string") return [{ text: content }];
  return objectsMember(source, "content").map((block) => {
    const kind = checkBlock(block);
    if (kind === "text") return { text: requiredText(block, "text") };
    if (kind === "image") return imagePart(block);
    throw invalidField(pathOf(block, "type"), `"${pathOf(block, "type")}" has to be text or image`);
  });
}

function sourcePart(source: Place, fallback: string): JsonObject {
  const { path: field } = source;
  const mimeType = textMember(source, "media_type");
  switch (requiredText(source, "type")) {
    case "base64":
      return mediaPart({ data: requiredText(source, "data"), mimeType, fallback, field });
    case "url":
      return mediaPart({ url: requiredText(source, "url"), mimeType, fallback, field });
    case "file":
      return mediaPart({ fileId: requiredText(source, "file_id"), mimeType, fallback, field });
    default:
      throw invalidField(
        pathOf(source, "type"),
        `"${pathOf(source, "type")}" has to be base64, url or file`,
      );
  }
}
