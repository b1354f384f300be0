/**
 * The resources that the response to a call describes or names.
 *
 * @module
 */
import { type CallMethod, type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";
import { collectionWithIds, isContained, ownedName } from "../../gemini/resources/resources.ts";
import type { StoredResource } from "../../gemini/resources/stored_resource.ts";
import { shownResources, storedResources } from "../../gemini/resources/stored_resources.ts";

/** The part of a call that is read. */
export interface Told {
  readonly method: CallMethod;
  readonly resource: string;
}

/** The resource that a successful call deleted, if any; a store's document, for one, has no owner of its own. */
export function deletedBy({ method, resource }: Told): string | undefined {
  if (METHODS[method].verb !== "DELETE") return undefined;
  return isContained(resource) ? undefined : ownedName(resource)?.name;
}

/**
 * The names of the resources that no longer exist, since their owner refused a call because of one.
 *
 * @param how `message`: Google's; `path`: the name in the path. If that is of something within a resource, such as a
 * store's document, the document is gone and not the store, unless the message names the store.
 * @param resources What the call names.
 */
export function goneBy(
  { message, path }: { readonly message: string; readonly path: string },
  resources: readonly NamedResource[],
): readonly string[] {
  const isOnly = resources.length === 1 && !isContained(path);
  return resources.map(({ name }) => name).filter((name) =>
    isOnly || message.includes(name.slice(name.lastIndexOf("/") + 1))
  );
}

/** The resources that a response describes, and those that it only names. */
export interface ToldResources {
  readonly described: readonly StoredResource[];
  readonly named: readonly StoredResource[];
}

const NOTHING: ToldResources = { described: [], named: [] };

/** Reads the resources in a response. */
export function resourcesIn(
  json: Uint8Array,
  { method }: Told,
  nowMs: number,
): ToldResources {
  const { verb, shows }: MethodRow = METHODS[method];
  if (verb === "DELETE") return NOTHING;
  return {
    described: storedResources(json, { nowMs, collection: collectionWithIds(method) }),
    named: shows === undefined ? [] : shownResources(json, { nowMs, shows }),
  };
}
