/**
 * The collections of stored resources, one row each. A resource belongs to the Google Cloud project of the account
 * that made it. Other projects cannot use it.
 *
 * @module
 */
import type { CallMethod } from "../api/methods.ts";
import { RpcError } from "../errors/rpc_error.ts";

/** A collection of resources. */
export interface ResourceRow {
  /** The names of its resources. It excludes dot segments, which would change a request's path. */
  readonly pattern: RegExp;
  /** How long a resource lasts if it does not say when it expires, in ms. */
  readonly lifeMs: number;
  /** The method that reads a resource at no cost. */
  readonly read: CallMethod;
  /** Google's message for a resource that does not exist or belongs to another project. */
  readonly refusal: (id: string) => string;
}

/** A project and location before a cache's name. Neither is a dot segment, or has characters that end a path. */
const PLACE =
  /^projects\/(?!\.{1,2}\/)[\w.:-]{1,128}\/locations\/[\w-]{1,64}\/(?=cachedContents\/)/;

const HOUR_MS = 3_600_000;

/** The table, by the names of the collections in Google's reference. */
export const RESOURCES = {
  "files": {
    pattern: /^files\/(?!\.{1,2}$)[\w.-]{1,128}$/,
    lifeMs: 48 * HOUR_MS,
    read: "files.get",
    refusal: (id) => `You do not have permission to access the File ${id} or it may not exist.`,
  },
  "cachedContents": {
    pattern: /^cachedContents\/(?!\.{1,2}$)[\w.-]{1,128}$/,
    lifeMs: HOUR_MS,
    read: "cachedContents.get",
    refusal: () => "CachedContent not found (or permission denied)",
  },
} as const satisfies Readonly<Record<string, ResourceRow>>;

/** The name of a collection. */
export type ResourceCollection = keyof typeof RESOURCES;

/** Whether there is a collection of that name. */
export function isResourceCollection(name: string): name is ResourceCollection {
  return Object.hasOwn(RESOURCES, name);
}

/** The collection in a resource's name, before its id; undefined if there is none. */
export function collectionOfName(name: string): ResourceCollection | undefined {
  const collection = name.split("/").at(-2) ?? "";
  return isResourceCollection(collection) ? collection : undefined;
}

/**
 * A name without its project and location. Owners are stored by this name. Vertex AI's names begin with the project's
 * number or id, and SDKs in Vertex mode add their own project to every name; the resource's id alone is unique.
 */
export function plainName(name: string): string {
  return name.replace(PLACE, "");
}

/** Whether a resource of the collection can have this name. */
export function isResourceName(name: string, collection: ResourceCollection): boolean {
  return RESOURCES[collection].pattern.test(name);
}

/**
 * Google's own error for a resource that does not exist or that the caller may not use. Google does not tell
 * the two apart.
 *
 * @param name The resource's name, as in `files/abc`.
 */
export function refusalOf(name: string, collection: ResourceCollection): RpcError {
  const id = name.slice(name.lastIndexOf("/") + 1);
  return new RpcError("PERMISSION_DENIED", RESOURCES[collection].refusal(id));
}

/**
 * When a resource of a collection expires, in ms since the epoch.
 *
 * @param stated What the resource says, in RFC 3339.
 */
export function expiryOf(
  stated: string | undefined,
  { collection, nowMs }: { readonly collection: ResourceCollection; readonly nowMs: number },
): number {
  const expiresAtMs = Date.parse(stated ?? "");
  return Number.isNaN(expiresAtMs) ? nowMs + RESOURCES[collection].lifeMs : expiresAtMs;
}
