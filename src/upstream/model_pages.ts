/**
 * Reads paginated model lists of Google's services.
 *
 * @module
 */
import { parseBounded } from "../gemini/json/parse_bounded.ts";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { unusableResponse } from "./exchange/exchange.ts";

/** Limits for lists, so that an endless list is not read for ever. */
const MOST_MODELS = 100_000;
const MOST_PAGES = 1000;

/** Most bytes of all pages together: Google's lists have about 50 KB, and a list stays in memory. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The request for a list. */
export interface PageRequest {
  /** The member of a page that contains its models. */
  readonly member: string;
  /** Google's maximum page size. */
  readonly pageSize: number;
  /** Requests a page with this query and returns its body. */
  readonly read: (query: URLSearchParams) => Promise<Uint8Array>;
}

/** An entry of a list; only its name has been validated. */
export type NamedEntry = JsonObject & { readonly name: string };

/**
 * Every entry of every page; items that are not models are dropped.
 *
 * @throws {UpstreamFault} What `read` throws, and for a malformed page.
 */
export async function allModels(request: PageRequest): Promise<NamedEntry[]> {
  const models: NamedEntry[] = [];
  const tokens = new Set<string>();
  let pageToken = "";
  let bytes = 0;
  do {
    tokens.add(pageToken);
    const query = new URLSearchParams({ pageSize: String(request.pageSize) });
    if (pageToken !== "") query.set("pageToken", pageToken);
    const text = await request.read(query);
    bytes += text.length;
    if (bytes > MOST_BYTES) {
      throw unusableResponse(`a list of models of more than ${MOST_BYTES / 1024 / 1024} MiB`);
    }
    const page = parsePage(text);
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
    // An upstream that repeats a token would cause an endless loop.
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
