/**
 * The paths of long-running operations.
 *
 * @module
 */
import type { RouteRow } from "../route_row.ts";

const service = "generativelanguage.googleapis.com";
const verb = "GET";
const query = ["filter", "pageSize", "pageToken", "returnPartialSuccess"];

/** The rows. */
export const OPERATION_ROUTES: readonly RouteRow[] = [
  { service, verb, path: "/{native}/{operation}", method: "operations.get" },
  { service, verb, path: "/{native}/models/{model}/{operation}", method: "models.operations.get" },
  ...["tunedModels", "corpora", "generatedFiles"].map((collection) => ({
    service,
    verb,
    path: `/{native}/${collection}/{id}/{operation}`,
    method: `${collection}.operations.get`,
  } as const)),
  {
    service,
    verb,
    path: "/{native}/models/{model}/operations",
    method: "models.operations.list",
    query,
  },
  {
    service,
    verb,
    path: "/{native}/tunedModels/{id}/operations",
    method: "tunedModels.operations.list",
    query,
  },
];
