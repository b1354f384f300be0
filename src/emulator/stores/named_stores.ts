/**
 * The file search stores that a request to a model names: its project must own them.
 *
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import { invalidArgument } from "../google_errors.ts";
import { objectAt, objectsAt, textsAt } from "../json.ts";
import type { ServiceCall } from "../models/model_call.ts";

/**
 * Checks all stores that a request's tools name.
 *
 * @param request In the form that `checkMessage` returns.
 * @throws A GoogleError for the first one that cannot be used.
 */
export function checkNamedStores(request: JsonObject, { stored, account }: ServiceCall): void {
  for (const tool of objectsAt(request, "tools")) {
    const search = objectAt(tool, "fileSearch");
    if (search === undefined) continue;
    const names = textsAt(search, "fileSearchStoreNames");
    if (names.length === 0) {
      throw invalidArgument("* FileSearch.file_search_store_names: must not be empty\n");
    }
    for (const name of names) {
      const [, id] = /^fileSearchStores\/([a-z0-9-]+)$/.exec(name) ?? [];
      if (id === undefined) throw invalidArgument(`Invalid file search store name: ${name}`);
      stored.stores.find(id, account.ownerProject);
    }
  }
}
