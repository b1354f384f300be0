/**
 * The cache that a prompt names.
 *
 * @module
 */
import { belongsInCache, otherModel } from "./cache_errors.ts";
import { IN_CACHE } from "./create_cache.ts";
import { iamDenied, invalidArgument } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import { textAt } from "../json.ts";
import type { ModelQuestion, ServiceCall } from "../models/model_call.ts";
import type { StoredCache } from "./stored_cache.ts";

const NAMES = {
  dev: /^cachedContents\/(?<id>[^/]+)$/,
  vertex:
    /^projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/cachedContents\/(?<id>[^/]+)$/,
} as const;

/**
 * Adds to a prompt the cache that it names.
 *
 * @throws A GoogleError if the account cannot use it, or not for this prompt.
 */
export function withNamedCache(question: ModelQuestion, call: ServiceCall): ModelQuestion {
  const { request, flavour, model } = question;
  const name = textAt(request, "cachedContent") ?? "";
  if (name === "") return question;
  const cache = findCache(name, question, call);
  if (IN_CACHE.some((field) => field in request)) throw belongsInCache(flavour);
  if (cache.modelId !== model.id) {
    const used = call.route.resource === "" ? `models/${model.id}` : call.route.resource;
    throw otherModel({ request: used, cache: cache.model });
  }
  return { ...question, cache };
}

function findCache(name: string, { flavour }: ModelQuestion, call: ServiceCall): StoredCache {
  const { account, stored, route } = call;
  const groups = NAMES[flavour].exec(name)?.groups;
  if (groups === undefined) throw invalidArgument(`Invalid CachedContent name: ${name}`);
  const { id = "", project = account.ownerProject, location = "" } = groups;
  if (flavour === "vertex" && !isSameProject(account.project ?? route.project, project)) {
    throw iamDenied("aiplatform.cachedContents.get", name);
  }
  return stored.caches.find(id, { project, location });
}
