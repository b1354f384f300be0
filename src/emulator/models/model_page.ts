/**
 * The pages of a service's list of models.
 *
 * @module
 */
import type { CatalogueModel } from "./catalogue.ts";
import { invalidArgument } from "../google_errors.ts";
import type { JsonObject } from "../../base/json.ts";

/** How a service lists its models. */
export interface ModelList {
  /** The member of a page with the models. */
  readonly member: string;
  readonly models: readonly CatalogueModel[];
  readonly defaultSize: number;
  readonly largestSize: number;
  readonly show: (model: CatalogueModel) => JsonObject;
}

/**
 * Returns the requested page; `pageToken` is the index of its first model.
 *
 * @throws A GoogleError for an invalid query.
 */
export function modelPage(query: URLSearchParams, list: ModelList): JsonObject {
  const size = Number(query.get("pageSize") ?? 0);
  const start = Number(query.get("pageToken") ?? 0);
  if (!Number.isInteger(size) || size < 0) throw invalidArgument("Invalid page size.");
  if (!Number.isInteger(start) || start < 0 || start > list.models.length) {
    throw invalidArgument("Invalid page token.");
  }
  const end = start + Math.min(size === 0 ? list.defaultSize : size, list.largestSize);
  return {
    [list.member]: list.models.slice(start, end).map(list.show),
    ...(end < list.models.length ? { nextPageToken: String(end) } : {}),
  };
}
