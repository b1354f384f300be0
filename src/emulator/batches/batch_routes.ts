/**
 * The paths of batches. The methods that make them are the models'.
 *
 * @module
 */
import type { RouteRow } from "../route_row.ts";

const LIST_QUERY = ["filter", "pageSize", "pageToken", "returnPartialSuccess"];

const UPDATE_QUERY = ["updateMask"];

/** The rows. */
export const BATCH_ROUTES: readonly RouteRow[] = [
  row("GET", "", { method: "list", query: LIST_QUERY }),
  row("GET", "/{id}", { method: "get" }),
  row("DELETE", "/{id}", { method: "delete" }),
  row("POST", "/{id}:cancel", { method: "cancel" }),
  ...["updateGenerateContentBatch", "updateEmbedContentBatch"].map((method) =>
    row("PATCH", `/{id}:${method}`, { method, query: UPDATE_QUERY })
  ),
];

function row(
  verb: RouteRow["verb"],
  path: string,
  { method, query = [] }: { readonly method: string; readonly query?: readonly string[] },
): RouteRow {
  return {
    service: "generativelanguage.googleapis.com",
    verb,
    path: `/{native}/batches${path}`,
    method: `batches.${method}`,
    query,
    rpc: `BatchService.${method.replace(/^./, (first) => first.toUpperCase())}`,
  };
}
