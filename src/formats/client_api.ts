/**
 * The API that a request is meant for, also if the gateway does not serve it.
 *
 * @module
 */
import { METHOD_NAMES, METHODS } from "../gemini/api/methods.ts";
import { formatOf } from "./client_formats.ts";
import type { TranslatedApi } from "./operations.ts";

/** An API whose clients the gateway serves. */
export type ClientApi = TranslatedApi | "native";

/** The parts of a request that tell its API. */
export interface AddressedRequest {
  /** The raw path. */
  readonly path: string;
  readonly headers: Headers;
  readonly query: URLSearchParams;
}

const VERSION = /^v1(?:beta1?|alpha)?$/;

/** Paths of OpenAI's API, wherever they begin: the base URL of a client may be wrong. */
const OPENAI =
  /\/(?:chat\/completions|(?:completions|responses|embeddings|images|audio|moderations|assistants|threads|realtime|conversations|vector_stores|fine_tuning|engines|videos)(?:\/|$))/;

/** Paths of Anthropic's API. */
const ANTHROPIC = /\/(?:messages|complete)(?:\/|$)/;

/** The first segments of the native paths, and of the gateway's own. */
const NATIVE: ReadonlySet<string> = new Set([
  ...METHOD_NAMES.map((name) => METHODS[name].path.split(/[/:]/, 1)[0] ?? ""),
  ...["projects", "publishers", "upload", "download", "ws"],
  ...["admin", "ui", "metrics", "healthz"],
]);

/** Collections, besides that of models, that the paths of several APIs name. */
const SHARED: ReadonlySet<string> = new Set(["files", "batches"]);

/**
 * The API that a request is meant for: by its path, and where that could be of several, by its headers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clientApiOf } from "./client_api.ts";
 *
 * const rest = { headers: new Headers(), query: new URLSearchParams() };
 * assert.equal(clientApiOf({ path: "/v1/v1/messages", ...rest }), "anthropic");
 * ```
 */
export function clientApiOf({ path: sent, headers, query }: AddressedRequest): ClientApi {
  // What follows an encoded question mark is the query.
  const [path = ""] = sent.split(/%3f/i, 1);
  const segments = path.split("/").filter((segment) => segment !== "");
  const start = segments.findIndex((segment) => !VERSION.test(segment));
  const [first = "", ...rest] = start < 0 ? [] : segments.slice(start);
  if (first === "openai" || first === "anthropic") return apiByEnd(path) ?? first;
  const isShared = first === "models"
    ? isOfList(rest)
    // Google has these in v1beta only, and does not create them by their paths.
    : SHARED.has(first) && rest.length === 0 && segments[start - 1] === "v1";
  if (isShared) {
    // The base URL of an OpenAI client may lack the version.
    const version = segments[start - 1] ?? "v1";
    return formatOf({ version, isVertex: false, headers, query }).api;
  }
  if (NATIVE.has(first.split(":", 1)[0] ?? "")) return "native";
  const byEnd = apiByEnd(path);
  if (byEnd !== undefined) return byEnd;
  if (OPENAI.test(path)) return "openai";
  if (ANTHROPIC.test(path) || headers.has("anthropic-version")) return "anthropic";
  return "native";
}

/** The API by what its clients add to their base URL, which may be that of another API. */
function apiByEnd(path: string): TranslatedApi | undefined {
  if (/\/v1\/messages(?:\/count_tokens)?\/?$/.test(path)) return "anthropic";
  return /\/chat\/completions\/?$/.test(path) ? "openai" : undefined;
}

/** Whether what follows `models` names a model at most, and no method. */
function isOfList(rest: readonly string[]): boolean {
  return rest.length <= 1 && !/:|%3a/i.test(rest[0] ?? "");
}
