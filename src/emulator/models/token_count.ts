/**
 * A deterministic token count: about four characters per token of everything that a model would read.
 *
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectsAt } from "../json.ts";

/** Tokens that Gemini counts for one image of typical size. */
const IMAGE_TOKENS = 258;

/** Tokens by what they encode. */
export interface TokenCount {
  readonly text: number;
  readonly media: number;
  readonly total: number;
  /** Characters of all texts; Vertex AI bills some models by them. */
  readonly characters: number;
}

/** Tokens of a text. */
export function textTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/**
 * Tokens of a GenerateContentRequest: contents, system instruction, tools; not its settings.
 *
 * @param request In the form that `checkMessage` returns.
 */
export function requestTokens(request: JsonObject): TokenCount {
  const contents = [...objectsAt(request, "contents"), request["systemInstruction"]];
  let media = 0;
  let characters = JSON.stringify(request["tools"] ?? "").length - 2;
  for (const content of contents) {
    if (!isJsonObject(content)) continue;
    for (const part of objectsAt(content, "parts")) {
      if ("inlineData" in part || "fileData" in part) media += IMAGE_TOKENS;
      else if (typeof part["text"] === "string") characters += part["text"].length;
      else characters += JSON.stringify({ ...part, thoughtSignature: undefined }).length;
    }
  }
  const text = Math.ceil(characters / 4);
  return { text, media, total: text + media, characters };
}

/** The tokens of several requests together. */
export function sumOfTokens(counts: readonly TokenCount[]): TokenCount {
  const sum = (field: keyof TokenCount) => counts.reduce((total, count) => total + count[field], 0);
  return {
    text: sum("text"),
    media: sum("media"),
    total: sum("total"),
    characters: sum("characters"),
  };
}

/** `promptTokensDetails` of a count. */
export function tokensByModality(count: TokenCount): JsonObject[] {
  return [
    { modality: "TEXT", tokenCount: count.text },
    ...(count.media > 0 ? [{ modality: "IMAGE", tokenCount: count.media }] : []),
  ];
}

/** The fields of a usage that tell the tokens of a cache; none without a cache. */
export function cachedTokens(cached: TokenCount | undefined): JsonObject {
  return cached === undefined
    ? {}
    : { cachedContentTokenCount: cached.total, cacheTokensDetails: tokensByModality(cached) };
}
