/**
 * The searches that Google ran, as the blocks of Anthropic's web search. Which result a search had is not known, so
 * one block has all queries and one has all results. The text of the pages is not known either.
 *
 * @see {@link https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/web-search-tool}
 * @module
 */
import { isJsonObject, type JsonObject } from "../../../../base/json.ts";
import type { MessageBlocks } from "./message_blocks.ts";

/** What Google found: the members of GroundingMetadata that are shown. */
export interface Searches {
  /** Never empty. */
  readonly queries: readonly string[];
  readonly pages: readonly Page[];
}

/** A page that was found. */
export interface Page {
  readonly url: string;
  readonly title: string;
}

/** Collects the searches of a response: in a stream, several chunks may have some. */
export class SearchCollector {
  readonly #queries = new Set<string>();
  readonly #pages = new Map<string, Page>();

  /** How many searches Google ran. */
  get count(): number {
    return this.#queries.size;
  }

  /** Undefined if nothing was searched. */
  get searches(): Searches | undefined {
    if (this.count === 0) return undefined;
    return { queries: [...this.#queries], pages: [...this.#pages.values()] };
  }

  /** Adds those in the grounding metadata of a candidate. */
  add({ webSearchQueries, groundingChunks }: JsonObject): void {
    for (const query of listOf(webSearchQueries)) {
      if (typeof query === "string") this.#queries.add(query);
    }
    for (const page of listOf(groundingChunks).flatMap(pageOf)) this.#pages.set(page.url, page);
  }
}

/** Writes the blocks of the searches. */
export function writeSearches(
  blocks: MessageBlocks,
  { searches, id }: { readonly searches: Searches; readonly id: string },
): void {
  const { queries, pages } = searches;
  const input = { query: queries.join("\n") };
  blocks.toolUse({ type: "server_tool_use", id, name: "web_search", input });
  blocks.whole({
    type: "web_search_tool_result",
    tool_use_id: id,
    content: pages.map(({ url, title }) => ({
      type: "web_search_result",
      title,
      url,
      encrypted_content: "",
      page_age: null,
    })),
  });
}

function pageOf(chunk: unknown): Page[] {
  const web = isJsonObject(chunk) ? chunk.web : undefined;
  if (!isJsonObject(web) || typeof web.uri !== "string") return [];
  return [{ url: web.uri, title: typeof web.title === "string" ? web.title : web.uri }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
