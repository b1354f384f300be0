/**
 * What Google's grounding says of a text, as OpenAI's citations.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/google-search}
 * @see {@link https://platform.openai.com/docs/guides/tools-web-search#output-and-citations}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { count } from "../../../gemini/api/token_usage.ts";
import type { CharacterOffsets } from "../../shared/character_offsets.ts";

/** Most citations of a response. */
const MOST_CITATIONS = 500;

/** The text that the grounding is about. */
export interface GroundedText {
  readonly offsets: CharacterOffsets;
  /** The position of each part of the response in the text, in bytes; empty for a stream. */
  readonly partStarts: readonly number[];
}

/**
 * The citations: one for each source of each passage, each once.
 *
 * @param groundings The `groundingMetadata` of a response, or of a stream's chunks.
 */
export function urlCitations(
  groundings: readonly JsonObject[],
  text: GroundedText,
): JsonObject[] {
  const citations = new Map<string, JsonObject>();
  for (const grounding of groundings) {
    for (const citation of citationsIn(grounding, text)) {
      if (citations.size === MOST_CITATIONS) return [...citations.values()];
      citations.set(JSON.stringify(citation), citation);
    }
  }
  return [...citations.values()];
}

function* citationsIn(
  grounding: JsonObject,
  { offsets, partStarts }: GroundedText,
): Generator<JsonObject> {
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
      yield {
        type: "url_citation",
        url_citation: { start_index: start, end_index: end, ...source },
      };
    }
  }
}

interface Source {
  readonly title: string;
  readonly url: string;
}

/** A page, a file or a place. */
function sourceOf(chunk: JsonObject): Source | undefined {
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
