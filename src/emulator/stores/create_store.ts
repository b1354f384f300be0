/**
 * Makes file search stores.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores#method:-filesearchstores.create}
 * @module
 */
import { GoogleError, invalidArgument } from "../google_errors.ts";
import { parseBody } from "../http/body.ts";
import { textAt } from "../json.ts";
import { findModel } from "../models/catalogue.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";

/** The model of a store that does not name one. */
export const DEFAULT_EMBEDDING_MODEL = "models/gemini-embedding-001";

/** Longest display name of a store or a document, in characters. */
const MOST_DISPLAY_NAME = 512;

/** Handles `fileSearchStores.create`. */
export function createStore(call: ServiceCall): Promise<Response> {
  const { account, stored, route } = call;
  const body = parseBody(call.rawBody, { message: "FileSearchStore", flavour: "dev" });
  const displayName = textAt(body, "displayName") ?? "";
  checkDisplayName(displayName, "CreateFileSearchStoreRequest.file_search_store");
  const embeddingModel = textAt(body, "embeddingModel") ?? DEFAULT_EMBEDDING_MODEL;
  const [, id = ""] = /^models\/([^/]+)$/.exec(embeddingModel) ?? [];
  if (!findModel(id, route.service)?.methods.includes("embedContent")) {
    const message = `${embeddingModel} is not found or is not supported for file search.`;
    throw new GoogleError(404, "NOT_FOUND", { message });
  }
  const make = () => {
    return [stored.stores.add(account.ownerProject, { displayName, embeddingModel }).toJSON()];
  };
  return respondScripted(call, { model: "", make });
}

/** Throws a GoogleError for a display name that is too long. `message`: the message that has it. */
export function checkDisplayName(displayName: string, message: string): void {
  if (displayName.length <= MOST_DISPLAY_NAME) return;
  throw invalidArgument(`* ${message}.display_name: at most ${MOST_DISPLAY_NAME} characters\n`);
}
