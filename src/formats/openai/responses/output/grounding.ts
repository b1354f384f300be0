/**
 * What the model found by searching, of all chunks of a response: each search and each citation is reported once.
 *
 * @module
 */
import type { JsonObject } from "../../../../base/json.ts";
import { CharacterOffsets } from "../../../shared/response/character_offsets.ts";
import { citationsIn } from "../../citations.ts";
import { searchOf, type WebSearch } from "./server_tool_items.ts";

/** Most metadata that are collected, and most citations of a text. */
const MOST = 1000;

/** Collects the `groundingMetadata` of chunks. */
export class Grounding {
  readonly #all: JsonObject[] = [];
  /** Queries, pages and citations that were reported. */
  readonly #reported = new Set<string>();
  /** How many of them were searched for queries, and for citations. */
  #searched = 0;
  #cited = 0;

  /** Adds those of a chunk. */
  add(metadata: JsonObject): void {
    if (this.#all.length < MOST) this.#all.push(metadata);
  }

  /** The searches that were not reported yet; undefined if there are none. */
  takeSearch(): Required<WebSearch> | undefined {
    const queries: string[] = [];
    const sources: string[] = [];
    for (; this.#searched < this.#all.length; this.#searched++) {
      const search = searchOf(this.#all[this.#searched]);
      for (const query of search?.queries ?? []) {
        if (this.#isNew(`query ${query}`)) queries.push(query);
      }
      for (const source of search?.sources ?? []) {
        if (this.#isNew(`page ${source}`)) sources.push(source);
      }
    }
    return queries.length === 0 && sources.length === 0 ? undefined : { queries, sources };
  }

  /** The citations of a text that were not reported yet. */
  takeCitations(text: string): JsonObject[] {
    const citations: JsonObject[] = [];
    if (this.#cited === this.#all.length) return citations;
    const offsets = new CharacterOffsets();
    offsets.add(text);
    for (; this.#cited < this.#all.length; this.#cited++) {
      const metadata = this.#all[this.#cited] ?? {};
      for (const citation of citationsIn(metadata, { offsets, partStarts: [] })) {
        if (citations.length === MOST) break;
        if (!this.#isNew(JSON.stringify(citation))) continue;
        citations.push({ type: "url_citation", ...citation });
      }
    }
    return citations;
  }

  #isNew(name: string): boolean {
    if (this.#reported.has(name)) return false;
    this.#reported.add(name);
    return true;
  }
}
