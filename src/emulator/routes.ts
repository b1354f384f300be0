/**
 * The paths of the emulated services, as one table.
 *
 * @module
 */
import { AGENT_ROUTES } from "./agents/agent_routes.ts";
import { BATCH_ROUTES } from "./batches/batch_routes.ts";
import type { Service } from "./google_errors.ts";
import { INTERACTION_ROUTES } from "./interactions/interaction_routes.ts";
import { LIVE_ROUTES } from "./live/live_routes.ts";
import { MODEL_METHODS } from "./models/model_methods.ts";
import type { RouteRow, Verb } from "./route_row.ts";
import { STORE_ROUTES } from "./stores/store_routes.ts";
import { SESSION } from "./uploads/upload_protocol.ts";
import { OPENAI_ROUTES } from "./openai/openai_routes.ts";
import { OPERATION_ROUTES } from "./operations/operation_routes.ts";
import { SHARED_ROUTES } from "./shared/shared_routes.ts";

/** The expressions of the variables in paths. */
export const VARIABLES: Readonly<Record<string, string>> = {
  native: "(?<version>v1|v1beta|v1alpha)",
  vertex: "(?<version>v1|v1beta1)",
  internal: "(?<version>v1internal)",
  model: "(?<model>[^/:]+)",
  id: "(?<id>[^/:]+)",
  document: "(?<document>[^/:]+)",
  filePath: "(?<filePath>.*)",
  child: "(?<child>[^/:]+)",
  tuned: "(?<tuned>[^/:]+)",
  operation: "(?<operation>operations/[\\w-]+)",
  place: "projects/(?<project>[^/]+)/locations/(?<location>global|us|eu|[a-z]+-[a-z]+\\d+)",
  publisherModel: "(?<resource>(?:projects/(?<project>[^/]+)/locations/" +
    "(?<location>global|us|eu|[a-z]+-[a-z]+\\d+)/)?publishers/[^/]+/models/(?<model>[^/:]+))",
};

const NATIVE = "generativelanguage.googleapis.com";
const VERTEX = "aiplatform.googleapis.com";
const CODE_ASSIST = "cloudcode-pa.googleapis.com";

const PAGES = ["pageSize", "pageToken"];

/** All paths. A path can be in several rows with different verbs. */
export const ROUTES: readonly RouteRow[] = [
  ...MODEL_METHODS[NATIVE].map((method) =>
    row(NATIVE, `POST /{native}/models/{model}:${method}`, { method })
  ),
  ...MODEL_METHODS[VERTEX].map((method) =>
    row(VERTEX, `POST /{vertex}/{publisherModel}:${method}`, { method })
  ),
  ...[
    ...MODEL_METHODS[CODE_ASSIST],
    "loadCodeAssist",
    "onboardUser",
    "fetchAvailableModels",
    "retrieveUserQuota",
    "retrieveUserQuotaSummary",
  ].map((method) => row(CODE_ASSIST, `POST /{internal}:${method}`, { method })),
  row(CODE_ASSIST, "GET /{internal}/{operation}", { method: "operation" }),
  row(NATIVE, "GET /{native}/models", { method: "models", query: PAGES }),
  row(NATIVE, "GET /{native}/models/{model}", { method: "model" }),
  row(VERTEX, "GET /(?<version>v1beta1)/publishers/google/models", {
    method: "models",
    query: PAGES,
  }),
  file("POST /upload/{native}/files", {
    method: "files.create",
    query: SESSION,
    rpc: "CreateFile",
  }),
  file("PUT /upload/{native}/files", { method: "files.upload", query: SESSION, rpc: "CreateFile" }),
  file("GET /{native}/files", { method: "files.list", query: PAGES, rpc: "ListFiles" }),
  file("POST /{native}/files:register", { method: "files.register", rpc: "RegisterFiles" }),
  file("GET /{native}/files/{id}", { method: "files.get", rpc: "GetFile" }),
  file("DELETE /{native}/files/{id}", { method: "files.delete", rpc: "DeleteFile" }),
  file("GET /{native}/files/{id}:download", { method: "files.download", rpc: "DownloadFile" }),
  file("GET /download/{native}/files/{id}:download", {
    method: "files.download",
    rpc: "DownloadFile",
  }),
  file("GET /emulated-downloads/{id}", { method: "files.content", rpc: "DownloadFile" }),
  ...STORE_ROUTES,
  ...LIVE_ROUTES,
  ...cacheRows(NATIVE, "/{native}/cachedContents"),
  ...cacheRows(VERTEX, "/{vertex}/{place}/cachedContents"),
  ...BATCH_ROUTES,
  ...INTERACTION_ROUTES,
  ...AGENT_ROUTES,
  ...OPERATION_ROUTES,
  ...OPENAI_ROUTES,
  ...SHARED_ROUTES,
];

function row(
  service: Service,
  target: string,
  rest: Pick<RouteRow, "method" | "query" | "rpc">,
): RouteRow {
  const [verb = "", path = ""] = target.split(" ");
  if (!isVerb(verb)) throw new Error(`"${target}" does not begin with a verb`);
  return { service, verb, path, ...rest };
}

function file(
  target: string,
  rest: Parameters<typeof row>[2] & { readonly rpc: string },
): RouteRow {
  return row(NATIVE, target, { ...rest, rpc: `FileService.${rest.rpc}` });
}

function cacheRows(service: Service, path: string): RouteRow[] {
  const rpcService = service === VERTEX ? "GenAiCacheService" : "CacheService";
  const rows: readonly (readonly [target: string, method: string, query?: readonly string[]])[] = [
    [`POST ${path}`, "create"],
    [`GET ${path}`, "list", PAGES],
    [`GET ${path}/{id}`, "get"],
    [`PATCH ${path}/{id}`, "patch", ["updateMask"]],
    [`DELETE ${path}/{id}`, "delete"],
  ];
  return rows.map(([target, method, query = []]) => {
    const verb = (method === "patch" ? "update" : method).replace(
      /^./,
      (first) => first.toUpperCase(),
    );
    const rpc = `${rpcService}.${verb}CachedContent${method === "list" ? "s" : ""}`;
    return row(service, target, { method: `cachedContents.${method}`, query, rpc });
  });
}

function isVerb(word: string): word is Verb {
  return ["GET", "POST", "PUT", "PATCH", "DELETE"].includes(word);
}
