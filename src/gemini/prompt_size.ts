/**
 * Estimates the size of a prompt, before Google counts its tokens.
 *
 * @module
 */
import type { JsonNode } from "./json/json_node.ts";
import type { NativeRequest } from "./native_request.ts";

/** Bytes of text with as many tokens as Google counts for an image, 258. */
const MEDIA_BYTES = 1032;

/**
 * The size of a prompt in bytes of text. Images and other data count as much as a small image, however many bytes they
 * have: base64 says little about their tokens. Where the contents are not read, the whole body counts.
 */
export function promptSize({ body, source }: Pick<NativeRequest, "body" | "source">): number {
  const contents = body.get("contents");
  if (contents === undefined) return source.length;
  let size = sizeOf(body.field("systemInstruction"));
  for (const content of contents.list) size += sizeOf(content);
  for (const tool of body.get("tools")?.list ?? []) {
    size += lengthOf(tool.field("functionDeclarations"));
  }
  return size;
}

/** The size of a content, or of a single part in its place. */
function sizeOf(content: JsonNode | undefined): number {
  if (content === undefined) return 0;
  const parts = content.get("parts");
  if (parts === undefined) return lengthOf(content.get("text"));
  let size = 0;
  for (const part of parts.list) {
    const known = lengthOf(part.get("text")) + lengthOf(part.field("functionCall")) +
      lengthOf(part.field("functionResponse"));
    size += known === 0 ? MEDIA_BYTES : known;
  }
  return size;
}

function lengthOf(node: JsonNode | undefined): number {
  return node === undefined ? 0 : node.end - node.start;
}
