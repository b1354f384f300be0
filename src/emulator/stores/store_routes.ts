/**
 * The paths of file search stores.
 *
 * @see {@link https://ai.google.dev/api/file-search/file-search-stores}
 * @module
 */
import type { RouteRow, Verb } from "../route_row.ts";
import { SESSION } from "../uploads/upload_protocol.ts";

const STORE = "/{native}/fileSearchStores/{id}";
const UPLOAD = `/upload${STORE}:uploadToFileSearchStore`;
const PAGES = ["pageSize", "pageToken"];
const FORCE = ["force"];

/** The rows; the methods' names omit `fileSearchStores.`. */
const ROWS: readonly (readonly [Verb, path: string, method: string, query?: readonly string[]])[] =
  [
    ["POST", "/{native}/fileSearchStores", "create"],
    ["GET", "/{native}/fileSearchStores", "list", PAGES],
    ["GET", STORE, "get"],
    ["DELETE", STORE, "delete", FORCE],
    ["POST", `${STORE}:importFile`, "importFile"],
    ["POST", UPLOAD, "upload", SESSION],
    ["PUT", UPLOAD, "upload", SESSION],
    ["GET", `${STORE}/documents`, "documents.list", PAGES],
    ["GET", `${STORE}/documents/{document}`, "documents.get"],
    ["DELETE", `${STORE}/documents/{document}`, "documents.delete", FORCE],
    ["GET", `${STORE}/{operation}`, "operations.get"],
    ["GET", `${STORE}/upload/{operation}`, "upload.operations.get"],
  ];

/** All of them. */
export const STORE_ROUTES: readonly RouteRow[] = ROWS.map(([verb, path, method, query = []]) => ({
  service: "generativelanguage.googleapis.com",
  verb,
  path,
  method: `fileSearchStores.${method}`,
  query,
}));
