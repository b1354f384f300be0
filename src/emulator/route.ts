/**
 * Routes a request to a service and method by path and query, as strictly as Google's front end: it
 * refuses doubled slashes, unknown versions and unknown parameters.
 *
 * @module
 */
import { badRequest, type Service } from "./google_errors.ts";
import { MODEL_METHODS } from "./models/model_methods.ts";
import type { ResponseForm } from "./script/scripted_response.ts";

/** A method of a service. */
export interface Route {
  readonly service: Service;
  /** The only HTTP method that it accepts. */
  readonly verb: "GET" | "POST";
  /**
   * As `generateContent`; `models` for the list, `model` for one, `operation` for long-running
   * operations.
   */
  readonly method: string;
  /** API version, as `v1beta`. */
  readonly version: string;
  /** Bare model id of the path; empty if the path has none. */
  readonly model: string;
  /** Name of the operation in the path, as `operations/1`. */
  readonly operation?: string;
  /** Vertex AI's name of the model, as `publishers/google/models/x`; empty elsewhere. */
  readonly resource: string;
  /** Project of a path of Vertex AI; empty if the path has none. */
  readonly project: string;
}

const MODELS_PATH = /^\/(v1|v1beta|v1alpha)\/models(?:\/([^/:]+)(?::(\w+))?)?$/;
const VERTEX_PATH =
  /^\/(v1|v1beta1)\/((?:projects\/([^/]+)\/locations\/(?:global|us|eu|[a-z]+-[a-z]+\d+)\/)?publishers\/[^/]+\/models\/([^/:]+)):(\w+)$/;
const VERTEX_LIST_PATH = /^\/v1beta1\/publishers\/google\/models$/;
const INTERNAL_PATH = /^\/v1internal:(\w+)$/;
const OPERATION_PATH = /^\/v1internal\/(operations\/[\w-]+)$/;

const INTERNAL_METHODS = [
  ...MODEL_METHODS["cloudcode-pa.googleapis.com"],
  "loadCodeAssist",
  "onboardUser",
  "fetchAvailableModels",
];

/** Defaults of fields that a path may lack. */
const NOWHERE = { model: "", resource: "", project: "" } as const;

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

/** Returns the route of a path, or undefined if Google has none. */
export function findRoute(pathname: string): Route | undefined {
  const path = pathname.replaceAll(/%3a/gi, ":");
  return internalRoute(path) ?? vertexRoute(path) ?? nativeRoute(path);
}

function internalRoute(path: string): Route | undefined {
  const common = {
    ...NOWHERE,
    service: "cloudcode-pa.googleapis.com",
    version: "v1internal",
  } as const;
  const operation = OPERATION_PATH.exec(path)?.[1];
  if (operation !== undefined) return { ...common, verb: "GET", method: "operation", operation };
  const [, method = ""] = INTERNAL_PATH.exec(path) ?? [];
  if (!INTERNAL_METHODS.includes(method)) return undefined;
  return { ...common, verb: "POST", method };
}

function vertexRoute(path: string): Route | undefined {
  const service = "aiplatform.googleapis.com";
  if (VERTEX_LIST_PATH.test(path)) {
    return { ...NOWHERE, service, verb: "GET", method: "models", version: "v1beta1" };
  }
  const [, version = "", resource = "", project = "", model = "", method = ""] =
    VERTEX_PATH.exec(path) ?? [];
  if (!MODEL_METHODS[service].includes(method)) return undefined;
  return { service, verb: "POST", method, version, model, resource, project };
}

function nativeRoute(path: string): Route | undefined {
  const [found, version = "", model = "", verb] = MODELS_PATH.exec(path) ?? [];
  if (found === undefined) return undefined;
  const common = { ...NOWHERE, service: "generativelanguage.googleapis.com", version } as const;
  if (verb === undefined) {
    return { ...common, verb: "GET", method: model === "" ? "models" : "model", model };
  }
  if (!MODEL_METHODS[common.service].includes(verb)) return undefined;
  return { ...common, verb: "POST", method: verb, model };
}

/** Returns the response format that a call requests. */
export function responseForm(route: Route, query: URLSearchParams): ResponseForm {
  const [alt] = (query.get("$alt") ?? query.get("alt") ?? "").split(";");
  const pretty = query.get("$prettyPrint") ?? query.get("prettyPrint");
  return {
    service: route.service,
    streamed: route.method === "streamGenerateContent",
    sse: route.method === "streamGenerateContent" && alt === "sse",
    pretty: pretty !== "false",
  };
}

/** Whether enums are requested as numbers: `$alt=json;enum-encoding=int`. */
export function wantsIntegerEnums(query: URLSearchParams): boolean {
  return (query.get("$alt") ?? query.get("alt") ?? "").includes("enum-encoding=int");
}

/** Throws 400 for a query parameter that the method does not have. */
export function checkQuery(route: Route, query: URLSearchParams): void {
  const own = route.method === "models" ? ["pageSize", "pageToken"] : [];
  const unknown = [...query.keys()].filter((name) =>
    !SYSTEM_PARAMETERS.has(name) && !own.includes(name)
  );
  if (unknown.length === 0) return;
  throw badRequest(unknown.map((name) => ({
    field: "",
    description: `Invalid JSON payload received. Unknown name "${name}": Cannot bind query ` +
      `parameter. Field '${name}' could not be found in request message.`,
  })));
}
