/**
 * Routes a request to a service and method by path and query, as strictly as Google's front end: it
 * refuses doubled slashes, unknown versions and unknown parameters.
 *
 * @module
 */
import { camelCase } from "./camel_case.ts";
import { badRequest, type Service } from "./google_errors.ts";
import type { RouteRow, Verb } from "./route_row.ts";
import { ROUTES, VARIABLES } from "./routes.ts";
import type { ResponseForm } from "./script/scripted_response.ts";
import { SESSION } from "./uploads/upload_protocol.ts";

/** A method of a service. */
export interface Route {
  readonly service: Service;
  readonly verb: Verb;
  /**
   * As `generateContent` or `files.get`; `models` for the list, `model` for one, `operation` for
   * long-running operations.
   */
  readonly method: string;
  /** Service and name of the RPC, as `FileService.GetFile`; undefined for methods of models. */
  readonly rpc: string | undefined;
  /** Query parameters that only this method has. */
  readonly query: readonly string[];
  /** API version, as `v1beta`. */
  readonly version: string;
  /** Bare model id of the path; empty if the path has none. */
  readonly model: string;
  /** Id of the file, cache or store in the path; empty if the path has none. */
  readonly id: string;
  /** Id of the document in the path; empty if the path has none. */
  readonly document: string;
  /** Id of the resource below it, as of a permission; empty if the path has none. */
  readonly child: string;
  /** Id of the tuned model that is called; empty if the path has none. */
  readonly tuned: string;
  /** Name of the operation in the path, as `operations/1`; empty if the path has none. */
  readonly operation: string;
  /** Vertex AI's name of the model, as `publishers/google/models/x`; empty elsewhere. */
  readonly resource: string;
  /** Project and location of a path of Vertex AI; empty if the path has none. */
  readonly project: string;
  readonly location: string;
  /** Path of a file in an environment, without a slash before it; empty if the path has none. */
  readonly filePath: string;
  /** Whether its errors have a code in words, and its streams names of events. */
  readonly stringCodes: boolean;
}

interface CompiledRow {
  readonly row: RouteRow;
  readonly pattern: RegExp;
}

const COMPILED: readonly CompiledRow[] = ROUTES.map((row) => {
  const source = row.path.replaceAll(/\{(\w+)\}/g, (_, name) => VARIABLES[name] ?? "");
  return { row, pattern: new RegExp(`^${source}$`) };
});

/** @see {@link https://docs.cloud.google.com/apis/docs/system-parameters} */
const SYSTEM_PARAMETERS = new Set([
  "alt",
  "$alt",
  "key",
  "$key",
  "fields",
  "$fields",
  "prettyPrint",
  "$prettyPrint",
  "callback",
  "quotaUser",
  "uploadType",
  "upload_protocol",
  "$.xgafv",
]);

/**
 * Returns the route of a request, or undefined if Google has none for its path. If the path has none
 * with that verb, it is one with another verb.
 */
export function findRoute(url: URL, verb: string): Route | undefined {
  const path = url.pathname.replaceAll(/%3a/gi, ":");
  let other: Route | undefined;
  for (const { row, pattern } of COMPILED) {
    const groups = pattern.exec(path)?.groups;
    if (groups === undefined) continue;
    const route = routeOf(row, { groups, query: url.searchParams });
    if (row.verb === verb) return route;
    other ??= route;
  }
  return other;
}

function routeOf(
  row: RouteRow,
  found: { readonly groups: Readonly<Record<string, string>>; readonly query: URLSearchParams },
): Route {
  const { groups, query } = found;
  const { version = "", model = "", id = "", operation = "" } = groups;
  const { document = "", child = "", tuned = "", filePath = "" } = groups;
  const { resource = "", project = "", location = "" } = groups;
  const { service, verb, method, rpc } = row;
  return {
    service,
    verb,
    // One path starts an upload and continues it.
    method: takesSession(row) && query.has("upload_id") ? "files.upload" : method,
    rpc,
    query: row.query ?? [],
    stringCodes: row.stringCodes ?? false,
    ...{ version, model, id, document, child, tuned, filePath },
    ...{ operation, resource, project, location },
  };
}

/** Whether a route is an upload's: its body can be bytes. */
export function isUpload(route: Route | undefined): boolean {
  return route !== undefined && takesSession(route);
}

function takesSession({ query = [] }: Pick<RouteRow, "query">): boolean {
  return SESSION.every((name) => query.includes(name));
}

/** Returns the response format that a call requests. */
export function responseForm(route: Route, query: URLSearchParams): ResponseForm {
  const [alt] = (query.get("$alt") ?? query.get("alt") ?? "").split(";");
  const pretty = query.get("$prettyPrint") ?? query.get("prettyPrint");
  return {
    service: route.service,
    stringCodes: route.stringCodes,
    streamed: route.method === "streamGenerateContent",
    sse: route.method === "streamGenerateContent" && alt === "sse",
    pretty: pretty !== "false",
  };
}

/** Whether enums are requested as numbers: `$alt=json;enum-encoding=int`. */
export function wantsIntegerEnums(query: URLSearchParams): boolean {
  return (query.get("$alt") ?? query.get("alt") ?? "").includes("enum-encoding=int");
}

/**
 * Returns the query with the method's own parameters in camelCase, since Google accepts both spellings. Throws 400
 * for a parameter that the method does not have.
 */
export function readQuery(route: Route, query: URLSearchParams): URLSearchParams {
  const read = new URLSearchParams();
  const unknown: string[] = [];
  for (const [name, value] of query) {
    const camel = camelCase(name);
    if (SYSTEM_PARAMETERS.has(name) || route.query.includes(name)) read.append(name, value);
    else if (route.query.includes(camel)) read.append(camel, value);
    else unknown.push(name);
  }
  if (unknown.length === 0) return read;
  throw badRequest(unknown.map((name) => ({
    field: "",
    description: `Invalid JSON payload received. Unknown name "${name}": Cannot bind query ` +
      `parameter. Field '${name}' could not be found in request message.`,
  })));
}
