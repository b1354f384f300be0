/**
 * Images, documents and search results of a request, as native parts.
 *
 * @see {@link https://docs.anthropic.com/en/api/messages#body-messages-content}
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { invalidField } from "../../../shared/fields/invalid_field.ts";
import { mediaPart } from "../../../shared/request/media_part.ts";
import type { RequestFields } from "../../../shared/fields/request_fields.ts";
import { checkBlock, TEXT_OR_BLOCKS } from "./block_fields.ts";

/** What the media type is if nothing tells it. */
const FALLBACK = { image: "image/png", document: "application/pdf" } as const;

/** The part for an image. */
export function imagePart(block: RequestFields): JsonObject {
  return sourcePart(block.requiredFields("source"), FALLBACK.image);
}

/** The parts for a document: its title and its context, if it has them, and its content. */
export function documentParts(block: RequestFields): JsonObject[] {
  const heads = [block.text("title"), block.text("context")];
  const texts = heads.filter((text) => text !== undefined && text !== "");
  const source = block.requiredFields("source");
  return [...texts.map((text) => ({ text })), ...documentContent(source)];
}

/** The text of a search result: its title, its source and its texts. */
export function searchResultText(block: RequestFields): string {
  const texts = block.objects("content").map((item) => item.presentText("text"));
  return [block.presentText("title"), block.presentText("source"), ...texts].join("\n");
}

function documentContent(source: RequestFields): JsonObject[] {
  const type = source.requiredText("type");
  if (type === "text") return [{ text: source.presentText("data") }];
  if (type !== "content") return [sourcePart(source, FALLBACK.document)];
  const { content } = source.object;
  if (typeof content === "string") return [{ text: content }];
  return source.objects("content", TEXT_OR_BLOCKS).map((block) => {
    const kind = checkBlock(block);
    if (kind === "text") return { text: block.presentText("text") };
    if (kind === "image") return imagePart(block);
    throw invalidField(block.path("type"), `"${block.path("type")}" has to be text or image`);
  });
}

function sourcePart(source: RequestFields, fallback: string): JsonObject {
  const { place: field } = source;
  const mimeType = source.text("media_type");
  switch (source.requiredText("type")) {
    case "base64":
      return mediaPart({ data: source.requiredText("data"), mimeType, fallback, field });
    case "url":
      return mediaPart({ url: source.requiredText("url"), mimeType, fallback, field });
    case "file":
      return mediaPart({ fileId: source.requiredText("file_id"), mimeType, fallback, field });
    default:
      throw invalidField(
        source.path("type"),
        `"${source.path("type")}" has to be base64, url or file`,
      );
  }
}
