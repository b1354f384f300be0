/**
 * A model list that comes in pages, as Google's services give it.
 *
 * @module
 */
import { parseBounded } from "../gemini/json/parse_bounded.ts";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { unusableResponse } from "./exchange.ts";

/** No list is longer: one that does not end is not read for ever. */
const MOST_MODELS = 100_000;
const MOST_PAGES = 1000;

/** How a list is asked for. */
export interface PageRequest {
  /** The member of a page that holds its models. */
  readonly member: string;
  /** Google's most for a page. */
  readonly pageSize: number;
  /** Asks for a page, with its query, and reads it whole. */
  readonly read: (query: URLSearchParams) => Promise<Uint8Array>;
}

/** An entry of a list: all that is known of it is that it has a name. */
export type NamedEntry = JsonObject & { readonly name: string };

/**
 * Every entry of every page; what is no model is left out.
 *
 * @throws {UpstreamFault} What `read` throws, and for a page that is none.
 */
export async function allModels(request: PageRequest): Promise<NamedEntry[]> {
  const models: NamedEntry[] = [];
  const tokens = new Set<string>();
  let pageToken = "";
  do {
    tokens.add(pageToken);
    const query = new URLSearchParams({ pageSize: String(request.pageSize) });
    if (pageToken !== "") query.set("pageToken", pageToken);
    const page = parsePage(await request.read(query));
    const listed = page[request.member];
    if (Array.isArray(listed)) {
      for (const item of listed) if (isNamed(item)) models.push(item);
    }
    if (models.length > MOST_MODELS) {
      throw unusableResponse(`a list of more than ${MOST_MODELS} models`);
    }
    pageToken = typeof page["nextPageToken"] === "string" ? page["nextPageToken"] : "";
    if (tokens.size > MOST_PAGES) {
      throw unusableResponse(`a list of more than ${MOST_PAGES} pages`);
    }
    // An upstream that gives a token twice would be asked for ever.
  } while (!tokens.has(pageToken) && pageToken !== "");
  return models;
}

function parsePage(bytes: Uint8Array): JsonObject {
  let page: unknown;
  try {
    page = parseBounded(bytes);
  } catch {
    throw unusableResponse("a model list that is not JSON");
  }
  if (!isJsonObject(page)) throw unusableResponse("a model list that is not an object");
  return page;
}

function isNamed(value: unknown): value is NamedEntry {
  return isJsonObject(value) && typeof value["name"] === "string";
}
