/**
 * Google's grounding of a text as the annotations of a chat's message.
 *
 * @see {@link https://platform.openai.com/docs/guides/tools-web-search#output-and-citations}
 * @module
 */
import type { JsonObject } from "../../../base/json.ts";
import { citationsIn, type GroundedText } from "../citations.ts";

/** Most citations of a response. */
const MOST_CITATIONS = 500;

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
      citations.set(JSON.stringify(citation), { type: "url_citation", url_citation: citation });
    }
  }
  return [...citations.values()];
}
