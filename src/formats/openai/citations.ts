/**
 * What Google's grounding says of a text: its passages, and the sources of each.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/google-search}
 * @see {@link https://platform.openai.com/docs/guides/tools-web-search#output-and-citations}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { count } from "../../gemini/api/token_usage.ts";
import type { CharacterOffsets } from "../shared/response/character_offsets.ts";

/** The text that the grounding is about. */
export interface GroundedText {
  readonly offsets: CharacterOffsets;
  /** The position of each part of the response in the text, in bytes; empty for a stream. */
  readonly partStarts: readonly number[];
}

/** A source of a passage. */
export interface Citation {
  /** Where the passage begins and ends in the text, in Unicode's code points; Google counts bytes. */
  readonly start_index: number;
  readonly end_index: number;
  readonly title: string;
  readonly url: string;
}

/**
 * The citations in a `groundingMetadata`, one by one, in their order: a page, a file or a place for each passage that
 * it supports.
 */
export function* citationsIn(
  grounding: JsonObject,
  { offsets, partStarts }: GroundedText,
): Generator<Citation> {
  const sources = listIn(grounding, "groundingChunks").map(sourceOf);
  for (const support of listIn(grounding, "groundingSupports")) {
    const segment = isJsonObject(support.segment) ? support.segment : {};
    const partStart = partStarts[count(segment.partIndex)] ?? 0;
    const start = offsets.at(partStart + count(segment.startIndex)) ?? 0;
    const end = offsets.at(partStart + count(segment.endIndex)) ?? offsets.characters;
    const indices = support.groundingChunkIndices;
    for (const index of Array.isArray(indices) ? indices : []) {
      const source = typeof index === "number" ? sources[index] : undefined;
      if (source === undefined) continue;
      yield { start_index: start, end_index: end, ...source };
    }
  }
}

/** A page, a file or a place. */
function sourceOf(chunk: JsonObject): Pick<Citation, "title" | "url"> | undefined {
  for (const kind of [chunk.web, chunk.retrievedContext, chunk.maps]) {
    if (!isJsonObject(kind) || typeof kind.uri !== "string") continue;
    return { title: typeof kind.title === "string" ? kind.title : "", url: kind.uri };
  }
  return undefined;
}

function listIn(object: JsonObject, name: string): JsonObject[] {
  const value = object[name];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
