/**
 * The methods of caches, in the Gemini API and in Vertex AI.
 *
 * @see {@link https://ai.google.dev/api/caching}
 * @module
 */
import { camelCase } from "../camel_case.ts";
import type { CachePlace } from "./cache_store.ts";
import { createCache } from "./create_cache.ts";
import { iamDenied, invalidArgument } from "../google_errors.ts";
import { isSameProject } from "../project_number.ts";
import { parseBody } from "../http/body.ts";
import { readExpiry } from "./cache_expiry.ts";
import { resourcePage } from "../resource_page.ts";
import { respondScripted, type ServiceCall } from "../models/model_call.ts";
import type { Flavour } from "../schema/proto_schema.ts";

/** The only fields that can be changed. */
const UPDATABLE: ReadonlySet<string> = new Set(["ttl", "expireTime"]);

/**
 * Handles a method of caches.
 *
 * @throws A GoogleError where the call is refused.
 */
export function respondCaches(call: ServiceCall, flavour: Flavour): Promise<Response> {
  const { route, query, stored } = call;
  const place = placeOf(call);
  switch (route.method) {
    case "cachedContents.create":
      return createCache(call, { place, flavour });
    case "cachedContents.list": {
      const options = {
        member: "cachedContents",
        project: place.project,
        defaultSize: 50,
        largestSize: 1000,
      };
      const make = () => [resourcePage(stored.caches.list(place), query, options)];
      return respondScripted(call, { model: "", make });
    }
    case "cachedContents.get": {
      const cache = stored.caches.find(route.id, place);
      return respondScripted(call, { model: "", make: () => [cache.toJSON()] });
    }
    case "cachedContents.patch":
      return patchCache(call, { place, flavour });
    default:
      return deleteCache(call, place);
  }
}

/** The place whose caches a call may see: for Vertex AI only one in the account's own project. */
function placeOf({ account, route }: ServiceCall): CachePlace {
  if (route.location === "") return { project: account.ownerProject, location: "" };
  const { project, location, id, method } = route;
  if (account.project !== null && !isSameProject(account.project, project)) {
    const parent = `projects/${project}/locations/${location}`;
    const resource = id === "" ? parent : `${parent}/cachedContents/${id}`;
    const verb = method.slice("cachedContents.".length).replace("patch", "update");
    throw iamDenied(`aiplatform.cachedContents.${verb}`, resource);
  }
  return { project: account.project ?? project, location };
}

function patchCache(
  call: ServiceCall,
  context: { readonly place: CachePlace; readonly flavour: Flavour },
): Promise<Response> {
  const { rawBody, query, stored, now, route } = call;
  const cache = stored.caches.find(route.id, context.place);
  const body = parseBody(rawBody, { message: "CachedContent", flavour: context.flavour });
  const mask = query.get("updateMask");
  // Old clients put the name, which is in the path, into the body as well.
  const given = Object.keys(body).filter((field) => field !== "name");
  const fields = mask === null ? given : mask.split(",").map(camelCase);
  const isRefused = fields.length === 0 ||
    fields.some((field) => !UPDATABLE.has(field) || !(field in body));
  if (isRefused) {
    throw invalidArgument("Only ttl or expire_time of a CachedContent can be updated.");
  }
  const changed = Object.fromEntries(fields.map((field) => [field, body[field]]));
  const expiresAt = readExpiry(changed, now);
  const make = () => {
    cache.extend(expiresAt, now);
    return [cache.toJSON()];
  };
  return respondScripted(call, { model: "", make });
}

function deleteCache(call: ServiceCall, place: CachePlace): Promise<Response> {
  const { caches } = call.stored;
  parseBody(call.rawBody, { message: "Empty", flavour: "dev" });
  const cache = caches.find(call.route.id, place);
  const make = () => {
    caches.delete(cache);
    return [{}];
  };
  return respondScripted(call, { model: "", make });
}
