/**
 * How traces and metrics name the methods of the API.
 *
 * @module
 */
import { type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import { OPERATIONS as TRANSLATED } from "../../formats/operations.ts";
import type { ObservedRecord } from "../../server/call/call_record.ts";
import type { AccountKind } from "../../gemini/api/account_kinds.ts";

/** The methods that the conventions know as operations of a model. */
const OPERATIONS: Readonly<Record<string, string>> = {
  generateContent: "generate_content",
  streamGenerateContent: "generate_content",
  batchGenerateContent: "generate_content",
  embedContent: "embeddings",
  batchEmbedContents: "embeddings",
  asyncBatchEmbedContent: "embeddings",
  "interactions.create": "generate_content",
  "interactions.get": "fetch_response",
  "bidiGenerateContent": "generate_content",
};

/** The operations that answer a prompt. */
const INFERENCE = "generate_content";

/** By kind of account, the values of `gen_ai.provider.name`. */
const PROVIDERS: Readonly<Record<AccountKind, string>> = {
  "gemini-api": "gcp.gemini",
  "vertex": "gcp.vertex_ai",
  "code-assist": "gcp.gen_ai",
};

/** What traces know of a method. */
export interface TracedMethod {
  /** `gen_ai.operation.name`; undefined for methods that concern no model. */
  readonly operation: string | undefined;
  /** Whether the operation answers a prompt. */
  readonly isInference: boolean;
  /** Whether the response comes in chunks. */
  readonly isStream: boolean;
  /** `http.route`, as in `/v1beta/models/{model}:generateContent`; undefined if the request has none. */
  readonly route: string | undefined;
}

const NO_METHOD: TracedMethod = {
  operation: undefined,
  isInference: false,
  isStream: false,
  route: undefined,
};

/** All paths of the admin API: their names in the records of calls are not those of paths. */
const ADMIN_API = "/admin/v1/*";

/** The paths of what is not of the API, by its name in the record of a call. */
const OTHER_ROUTES: Readonly<Record<string, string>> = {
  "root": "/",
  "healthz": "/healthz",
  "metrics": "/metrics",
  "ui": "/ui/*",
  "ui.session": "/ui/session",
  "admin.v1": ADMIN_API,
};

const BY_NAME: ReadonlyMap<string, TracedMethod> = new Map([
  ...Object.entries(OTHER_ROUTES).map(([name, route]): [string, TracedMethod] => [
    name,
    { ...NO_METHOD, route },
  ]),
  ...Object.entries<MethodRow>(METHODS).map(([name, row]): [string, TracedMethod] => [
    name,
    tracedRow(name, row),
  ]),
]);

function tracedRow(name: string, { prefix, path, response }: MethodRow): TracedMethod {
  const isOfModel = path.startsWith("models/{model}:");
  const operation = OPERATIONS[name] ?? (isOfModel ? name : undefined);
  return {
    operation,
    isInference: operation === INFERENCE,
    isStream: response === "stream" || response === "events" || response === "socket",
    route: `/${prefix === undefined ? "" : `${prefix}/`}v1beta/${path}`,
  };
}

/** Looks a method up by its name in the record of a call. */
export function tracedMethod(name: string): TracedMethod {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (name.startsWith("admin.v1.")) return { ...NO_METHOD, route: ADMIN_API };
  return name.startsWith("admin.")
    ? { ...NO_METHOD, route: `/admin/${name.slice("admin.".length)}` }
    : NO_METHOD;
}

/** The paths of the operations of other APIs, by their names. */
const OPERATION_ROUTES: ReadonlyMap<string, string> = new Map(
  TRANSLATED.flatMap(({ path, json, form }) =>
    [json, form].flatMap((operation) =>
      operation === undefined ? [] : [[operation.name, `/v1/${path}`] as const]
    )
  ),
);

/** `http.route` of a request; that of its operation if it was translated, under `/v1` whatever base the client used. */
export function routeOf(
  { method, operation }: Pick<ObservedRecord, "method" | "operation">,
): string | undefined {
  return OPERATION_ROUTES.get(operation) ?? tracedMethod(method).route;
}

/** The value of `gen_ai.provider.name` for a kind of account. */
export function providerOf(kind: AccountKind | undefined): string {
  return kind === undefined ? "gcp.gen_ai" : PROVIDERS[kind];
}
