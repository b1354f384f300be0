/**
 * The resources that the response to a call tells of.
 *
 * @module
 */
import { type CallMethod, type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import { collectionWithIds, ownedName, plainName } from "../../gemini/resources/resources.ts";
import type { StoredResource } from "../../gemini/resources/stored_resource.ts";
import { shownResources, storedResources } from "../../gemini/resources/stored_resources.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";

/** The part of a call that is read. */
interface Told {
  readonly method: CallMethod;
  readonly resource: string;
}

/** The resource that a successful call deleted, if any; a store's document, for one, has no owner of its own. */
export function deletedBy({ method, resource }: Told): string | undefined {
  if (METHODS[method].verb !== "DELETE") return undefined;
  const owned = ownedName(resource);
  return owned?.name === plainName(resource) ? owned.name : undefined;
}

/** The resources that a response describes, and those that it only names. */
export interface ToldResources {
  readonly described: readonly StoredResource[];
  readonly named: readonly StoredResource[];
}

const NOTHING: ToldResources = { described: [], named: [] };

/** Reads the resources in a response. */
export function resourcesIn(
  response: UpstreamResponse,
  { method }: Told,
  nowMs: number,
): ToldResources {
  const { verb, shows }: MethodRow = METHODS[method];
  if (response.type !== "json" || verb === "DELETE") return NOTHING;
  const { bytes } = response;
  return {
    described: storedResources(bytes, { nowMs, collection: collectionWithIds(method) }),
    named: shows === undefined ? [] : shownResources(bytes, { nowMs, shows }),
  };
}
