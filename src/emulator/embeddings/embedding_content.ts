/**
 * What a Content holds for a model that embeds: its text, its media, its tokens.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { objectsAt, textAt } from "../json.ts";
import { requestTokens, type TokenCount } from "../models/token_count.ts";

/** Fields of a Part that a model can embed: all of them where it takes media, else the text alone. */
const MEDIA = ["text", "inlineData", "fileData"];
const TEXT = ["text"];

/** A content as a model reads it. */
export interface EmbeddedContent {
  /** All that the vector depends on, as one text. */
  readonly content: string;
  readonly tokens: TokenCount;
  /** Whether there is no part, or one of them is empty. */
  readonly isEmpty: boolean;
}

/**
 * Reads a content. All its parts make one vector; what a model cannot embed does not count.
 *
 * @param content In the form that `checkMessage` gives.
 * @param multimodal Whether the model takes media.
 */
export function readEmbeddedContent(
  content: JsonObject | undefined,
  multimodal: boolean,
): EmbeddedContent {
  const fields = multimodal ? MEDIA : TEXT;
  const parts = objectsAt(content, "parts")
    .filter((part) => Object.keys(part).length === 0 || fields.some((field) => field in part));
  const texts = parts.map((part) => textAt(part, "text") ?? JSON.stringify(part));
  return {
    content: texts.join("\n"),
    tokens: requestTokens({ contents: [{ parts }] }),
    isEmpty: parts.length === 0 || parts.some(isEmptyPart),
  };
}

function isEmptyPart(part: JsonObject): boolean {
  return Object.keys(part).length === 0 || part["text"] === "";
}
