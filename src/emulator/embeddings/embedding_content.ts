/**
 * The parts of a Content that an embedding model reads: text, media and tokens.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { objectsAt, textAt } from "../json.ts";
import { requestTokens, type TokenCount } from "../models/token_count.ts";

/** Fields of a Part that a model can embed: all if it accepts media, else only the text. */
const MEDIA = ["text", "inlineData", "fileData"];
const TEXT = ["text"];

/** What a model reads of a content. */
export interface EmbeddedContent {
  /** Everything that the vector depends on, as one text. */
  readonly content: string;
  readonly tokens: TokenCount;
  /** Whether there is no part, or an empty one. */
  readonly isEmpty: boolean;
}

/**
 * Reads a content. All its parts make one vector; parts that the model cannot embed are ignored.
 *
 * @param content In the form that `checkMessage` returns.
 * @param multimodal Whether the model accepts media.
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
