/**
 * Google's grounding as citations of a text.
 *
 * @see {@link https://ai.google.dev/api/generate-content#GroundingMetadata}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { CharacterOffsets } from "../../../shared/character_offsets.ts";
import { webOf } from "./server_tool_items.ts";

/** Most citations of a text. */
const MOST_CITATIONS = 1000;

/** A segment of a text, in bytes of UTF-8, and the pages that support it. */
interface Support {
  readonly start: number;
  readonly end: number;
  readonly pages: readonly JsonObject[];
}

/**
 * The citations of a text, in the order of their ends. Google counts bytes, and OpenAI code points.
 *
 * @param grounding The candidate's `groundingMetadata`.
 * @param offsets Those of the text.
 */
export function annotationsOf(
  grounding: JsonObject | undefined,
  offsets: CharacterOffsets,
): JsonObject[] {
  const supports = supportsOf(grounding);
  if (supports.length === 0) return [];
  return supports.flatMap(({ start, end, pages }) =>
    pages.map(({ uri, title }) => ({
      type: "url_citation",
      start_index: offsets.at(start) ?? 0,
      end_index: offsets.at(end) ?? offsets.characters,
      url: uri,
      title: typeof title === "string" ? title : "",
    }))
  ).slice(0, MOST_CITATIONS);
}

function supportsOf(grounding: JsonObject | undefined): Support[] {
  const chunks = listOf(grounding?.groundingChunks);
  const supports = listOf(grounding?.groundingSupports).slice(0, MOST_CITATIONS);
  return supports.flatMap((support) => {
    if (!isJsonObject(support) || !isJsonObject(support.segment)) return [];
    const pages = listOf(support.groundingChunkIndices).slice(0, MOST_CITATIONS).flatMap((nth) => {
      const page = typeof nth === "number" ? webOf(chunks[nth]) : undefined;
      return typeof page?.uri === "string" ? [page] : [];
    });
    const { startIndex, endIndex } = support.segment;
    return [{ start: offsetOf(startIndex), end: offsetOf(endIndex), pages }];
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function offsetOf(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
