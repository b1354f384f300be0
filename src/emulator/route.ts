/**
 * Which method of which service a request is for, told by path and query as Google's front end does:
 * no forgiveness for doubled slashes, unknown versions or unknown parameters.
 *
 * @module
 */
import { badRequest, type Service } from "./google_errors.ts";
import type { AnswerForm } from "./scripted_answer.ts";

/** A method of a service. */
export interface Route {
  readonly service: Service;
  /** The only HTTP method that it takes. */
  readonly verb: "GET" | "POST";
  /**
   * As `generateContent`; `models` for the list, `model` for one, `operation` for what runs in the
   * background.
   */
  readonly method: string;
  /** API version, as `v1beta`. */
  readonly version: string;
  /** Bare model id of the path; empty where the path has none. */
  readonly model: string;
  /** Name of the operation that the path reads, as `operations/1`. */
  readonly operation?: string;
}

const MODELS_PATH = /^\/(v1|v1beta|v1alpha)\/models(?:\/([^/:]+)(?::(\w+))?)?$/;
const INTERNAL_PATH = /^\/v1internal:(\w+)$/;
const OPERATION_PATH = /^\/v1internal\/(operations\/[\w-]+)$/;

const MODEL_METHODS = ["generateContent", "streamGenerateContent", "countTokens"];
const INTERNAL_METHODS = [
  ...MODEL_METHODS,
  "loadCodeAssist",
  "onboardUser",
  "fetchAvailableModels",
];

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

/** The route of a path, or undefined where Google has none. */
export function findRoute(pathname: string): Route | undefined {
  const path = pathname.replaceAll(/%3a/gi, ":");
  const internal = INTERNAL_PATH.exec(path);
  if (internal !== null) {
    const method = internal[1] ?? "";
    if (!INTERNAL_METHODS.includes(method)) return undefined;
    const service = "cloudcode-pa.googleapis.com";
    return { service, verb: "POST", method, version: "v1internal", model: "" };
  }
  const operation = OPERATION_PATH.exec(path)?.[1];
  if (operation !== undefined) {
    const service = "cloudcode-pa.googleapis.com";
    return {
      service,
      verb: "GET",
      method: "operation",
      version: "v1internal",
      model: "",
      operation,
    };
  }
  const [found, version = "", model = "", verb] = MODELS_PATH.exec(path) ?? [];
  if (found === undefined) return undefined;
  const service = "generativelanguage.googleapis.com";
  if (verb === undefined) {
    return { service, verb: "GET", method: model === "" ? "models" : "model", version, model };
  }
  if (!MODEL_METHODS.includes(verb)) return undefined;
  return { service, verb: "POST", method: verb, version, model };
}

/** How a call to a route wants to be answered. */
export function answerForm(route: Route, query: URLSearchParams): AnswerForm {
  const [alt] = (query.get("$alt") ?? query.get("alt") ?? "").split(";");
  const pretty = query.get("$prettyPrint") ?? query.get("prettyPrint");
  return {
    service: route.service,
    streamed: route.method === "streamGenerateContent",
    sse: route.method === "streamGenerateContent" && alt === "sse",
    pretty: pretty !== "false",
  };
}

/** Whether enums are wanted as numbers: `$alt=json;enum-encoding=int`. */
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
