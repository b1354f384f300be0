/**
 * Makes caches: the model must be able to use one, and the content must have enough tokens.
 *
 * @module
 */
import type { CachePlace } from "./cache_store.ts";
import { type CatalogueModel, findModel } from "../models/catalogue.ts";
import { checkNamedFiles } from "../files/named_files.ts";
import { findBrokenContents } from "../models/request_rules.ts";
import { invalidArgument, unknownModel } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import type { JsonObject } from "../../base/json.ts";
import { objectsAt, textAt } from "../json.ts";
import { parseBody } from "../http/body.ts";
import { readExpiry } from "./cache_expiry.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import type { Flavour } from "../schema/proto_schema.ts";
import { requestTokens } from "../models/token_count.ts";
import { tooSmall } from "./cache_errors.ts";

const MESSAGE = "CreateCachedContentRequest.cached_content";

const NAMES: Readonly<Record<Flavour, RegExp>> = {
  dev: /^models\/(?<model>[^/]+)$/,
  vertex:
    /^projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/publishers\/google\/models\/(?<model>[^/]+)$/,
};

/** What prompts that use a cache must not have. */
export const IN_CACHE = ["systemInstruction", "tools", "toolConfig"];

/** Handles `cachedContents.create`. */
export function createCache(
  call: ServiceCall,
  context: { readonly place: CachePlace; readonly flavour: Flavour },
): Promise<Response> {
  const { place, flavour } = context;
  const body = parseBody(call.rawBody, { message: "CachedContent", flavour });
  const model = modelOf(body, { call, ...context });
  const expiresAt = readExpiry(body, call.now);
  if (![...IN_CACHE, "contents"].some((field) => field in body)) {
    throw invalidArgument(`* ${MESSAGE}.contents: contents is not specified\n`);
  }
  if (objectsAt(body, "contents").length > 0) {
    const broken = findBrokenContents(body, { model, flavour, message: MESSAGE });
    if (broken !== undefined) throw broken;
  }
  checkNamedFiles(body, call);
  const tokens = requestTokens(body);
  const least = leastTokens(model);
  if (tokens.total < least) throw tooSmall(tokens.total, least);
  const make = () => {
    const cache = call.stored.caches.add({
      ...place,
      modelId: model.id,
      model: textAt(body, "model") ?? "",
      displayName: textAt(body, "displayName"),
      shared: Object.fromEntries(
        IN_CACHE.filter((field) => field in body).map((field) => [field, body[field]]),
      ),
      tokens,
      expiresAt,
      now: call.now,
    });
    return [cache.toJSON()];
  };
  return respondScripted(call, { model: model.id, make });
}

function modelOf(
  body: JsonObject,
  context: { readonly call: ServiceCall; readonly place: CachePlace; readonly flavour: Flavour },
): CatalogueModel {
  const { call, place, flavour } = context;
  const name = textAt(body, "model") ?? "";
  if (name === "") throw invalidArgument(`* ${MESSAGE}.model: model is not specified\n`);
  const groups = NAMES[flavour].exec(name)?.groups;
  if (groups === undefined) {
    throw invalidArgument(`* ${MESSAGE}.model: unexpected model name format\n`);
  }
  const { model: id = "", project = place.project, location = place.location } = groups;
  if (!isSameProject(project, place.project) || location !== place.location) {
    throw invalidArgument(`The model "${name}" is not in the project and location of the cache.`);
  }
  const { service, version } = call.route;
  const model = findModel(id, service);
  if (model === undefined || !model.methods.includes("createCachedContent")) {
    const options = { model: id, version, method: "createCachedContent", resource: name };
    throw unknownModel(service, options);
  }
  return model;
}

/** The least tokens of a cache for a model. */
function leastTokens({ id }: CatalogueModel): number {
  if (id === "gemini-2.5-pro") return 2048;
  return id.startsWith("gemini-2.5") ? 1024 : 4096;
}
