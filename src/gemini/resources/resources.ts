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
  /** The lifetime of a resource that has no expiry time, in ms. */
  readonly lifeMs: number;
  /** The method that reads a resource at no cost. Default: it cannot be read. */
  readonly read?: CallMethod;
  /** Google's error for a resource that does not exist or belongs to another project. Default: 404. */
  readonly refusal?: (id: string) => RpcError;
  /** Whether its resources have ids without the collection on the wire, in the member `id`. Default: no. */
  readonly hasBareIds?: boolean;
  /** Whether Google has resources of its own there, which every account can use. Default: no. */
  readonly hasPublic?: boolean;
  /** The names of resources that are not Google's own, if their form differs from Google's. */
  readonly privateNames?: RegExp;
  /** The words that requests may have in place of a name. Default: none. */
  readonly words?: readonly string[];
}

/**
 * What Vertex AI puts before the name of a cache or an interaction, or of an operation of Google's models. Neither the
 * project nor the location is a dot segment, or has characters that end a path.
 */
const PLACE =
  /^(?:projects\/(?!\.{1,2}\/)[\w.:-]{1,128}\/locations\/[\w-]{1,64}\/)?(?:(?=(?:cachedContents|interactions)\/)|(?:publishers\/google\/)?(?=models\/[^/]+\/operations\/))/;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the owner of a resource that does not expire is known after it was last seen, in ms. */
const LASTING_MS = 400 * DAY_MS;

/** The table, by the names of the collections in Google's reference. */
export const RESOURCES = {
  "files": {
    pattern: /^files\/(?!\.{1,2}$)[\w.-]{1,128}$/,
    lifeMs: 48 * HOUR_MS,
    read: "files.get",
    refusal: (id) => denied("File", id),
  },
  "cachedContents": {
    pattern: /^cachedContents\/(?!\.{1,2}$)[\w.-]{1,128}$/,
    lifeMs: HOUR_MS,
    read: "cachedContents.get",
    refusal: () =>
      new RpcError("PERMISSION_DENIED", "CachedContent not found (or permission denied)"),
  },
  "batches": { pattern: named("batches"), lifeMs: 30 * DAY_MS, read: "batches.get" },
  "operations": {
    pattern: /^(?:(?!\.{1,2}\/)[\w.:-]{1,128}\/){0,12}operations\/(?!\.{1,2}$)[\w.-]{1,128}$/,
    lifeMs: 7 * DAY_MS,
    read: "models.operations.get",
  },
  "fileSearchStores": {
    pattern: named("fileSearchStores"),
    lifeMs: LASTING_MS,
    read: "fileSearchStores.get",
    refusal: (id) => denied("FileSearchStore", id),
  },
  "tunedModels": {
    pattern: named("tunedModels"),
    lifeMs: LASTING_MS,
    read: "tunedModels.get",
    refusal: (id) => denied("TunedModel", id),
  },
  "corpora": {
    pattern: named("corpora"),
    lifeMs: LASTING_MS,
    read: "corpora.get",
    refusal: (id) => denied("Corpus", id),
  },
  "generatedFiles": { pattern: named("generatedFiles"), lifeMs: 48 * HOUR_MS },
  "interactions": {
    pattern: named("interactions"),
    // Google's longest: that of paid projects.
    lifeMs: 55 * DAY_MS,
    read: "interactions.get",
    hasBareIds: true,
  },
  "agents": { ...lasting("agents"), read: "agents.get", hasPublic: true },
  "environments": { ...lasting("environments"), read: "environments.get", words: ["remote"] },
  "triggers": { ...lasting("triggers"), read: "triggers.get" },
  "webhooks": { ...lasting("webhooks"), read: "webhooks.get" },
  "credentials": { ...lasting("credentials"), read: "credentials.get" },
  "voices": {
    ...lasting("voices"),
    read: "voices.get",
    hasPublic: true,
    privateNames: /^voices\/voice_/,
  },
  "auth_tokens": { pattern: named("auth_tokens"), lifeMs: 20 * HOUR_MS },
  /** Live sessions that can be resumed, by the digest of their handle. Vertex AI keeps them for a day. */
  "liveSessions": { pattern: named("liveSessions"), lifeMs: DAY_MS },
} as const satisfies Readonly<Record<string, ResourceRow>>;

/** The name of a collection. */
export type ResourceCollection = keyof typeof RESOURCES;

/** Whether there is a collection of that name. */
export function isResourceCollection(name: string): name is ResourceCollection {
  return Object.hasOwn(RESOURCES, name);
}

/** A resource with an owner of its own. */
export interface OwnedName {
  readonly name: string;
  readonly collection: ResourceCollection;
}

/**
 * The resource that has an owner of its own: what a name names, or what contains it, as `fileSearchStores/s` for
 * `fileSearchStores/s/documents/d`.
 *
 * @param name As in a path or a response.
 * @param collection The collection of a name without it, as of an interaction's id.
 * @returns Undefined if no collection is known, or the resource is Google's own.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ownedName } from "./resources.ts";
 *
 * assert.equal(ownedName("fileSearchStores/s/documents/d")?.name, "fileSearchStores/s");
 * assert.equal(ownedName("models/m/operations/o")?.name, "models/m/operations/o");
 * assert.equal(ownedName("v1_abc", "interactions")?.name, "interactions/v1_abc");
 * ```
 */
export function ownedName(
  name: string,
  collection?: ResourceCollection,
): OwnedName | undefined {
  const owned = containing(name, collection);
  const { privateNames }: Partial<ResourceRow> = owned && RESOURCES[owned.collection] || {};
  return owned === undefined || privateNames?.test(owned.name) === false ? undefined : owned;
}

/** The resource that contains the named one: it has an owner, or is Google's own. */
function containing(name: string, collection?: ResourceCollection): OwnedName | undefined {
  const plain = plainName(name);
  const [first = "", id = "", ...inner] = plain.split("/");
  if (id === "") {
    if (collection === undefined || first === "") return undefined;
    const row: ResourceRow = RESOURCES[collection];
    return { name: row.hasBareIds ? `${collection}/${plain}` : plain, collection };
  }
  if (isResourceCollection(first)) {
    return { name: inner.length === 0 ? plain : `${first}/${id}`, collection: first };
  }
  const isOperation = (inner.at(-2) ?? first) === "operations";
  if (isOperation) return { name: plain, collection: "operations" };
  return collection === undefined ? undefined : { name: plain, collection };
}

/** Whether a name is of something within a resource, which has no owner of its own, as a store's document. */
export function isContained(name: string, collection?: ResourceCollection): boolean {
  const owned = ownedName(name, collection);
  return owned !== undefined && !owned.name.endsWith(plainName(name));
}

/** The collection of a method's resources, if its responses hold ids without the collection. */
export function collectionWithIds(method: string): ResourceCollection | undefined {
  const collection = method.slice(0, Math.max(method.indexOf("."), 0));
  if (!isResourceCollection(collection)) return undefined;
  const row: ResourceRow = RESOURCES[collection];
  return row.hasBareIds ? collection : undefined;
}

/**
 * A name without its project and location. Owners are stored by this name. Vertex AI's names begin with the project's
 * number or id, and SDKs in Vertex mode add their own project to every name; the resource's id alone is unique.
 */
export function plainName(name: string): string {
  return name.replace(PLACE, "");
}

/** Whether Google has resources of its own in a collection. */
export function hasPublic(collection: ResourceCollection | undefined): boolean {
  const row: Partial<ResourceRow> = collection === undefined ? {} : RESOURCES[collection];
  return row.hasPublic ?? false;
}

/** Whether a resource of the collection can have this name. */
export function isResourceName(name: string, collection: ResourceCollection): boolean {
  return RESOURCES[collection].pattern.test(name);
}

/**
 * Google's own error for a resource that does not exist or that the caller may not use. Google does not
 * distinguish the two.
 *
 * @param name The resource's name, as in `files/abc`.
 */
export function refusalOf(name: string, collection: ResourceCollection): RpcError {
  const { refusal = notFound }: ResourceRow = RESOURCES[collection];
  return refusal(name.slice(name.lastIndexOf("/") + 1));
}

function notFound(): RpcError {
  return new RpcError("NOT_FOUND", "Requested entity was not found.");
}

function denied(kind: string, id: string): RpcError {
  const message = `You do not have permission to access the ${kind} ${id} or it may not exist.`;
  return new RpcError("PERMISSION_DENIED", message);
}

/** A collection of resources that do not expire and have bare ids. */
function lasting(collection: string) {
  return { pattern: named(collection), lifeMs: LASTING_MS, hasBareIds: true } as const;
}

/** The names of a collection, with its name before the id. */
function named(collection: string): RegExp {
  return new RegExp(`^${collection}/(?!\\.{1,2}$)[\\w.-]{1,512}$`);
}

/**
 * When a resource of a collection expires, in ms since the epoch.
 *
 * @param stated The expiry time in the resource, in RFC 3339.
 */
export function expiryOf(
  stated: string | undefined,
  { collection, nowMs }: { readonly collection: ResourceCollection; readonly nowMs: number },
): number {
  const expiresAtMs = Date.parse(stated ?? "");
  return Number.isNaN(expiresAtMs) ? nowMs + RESOURCES[collection].lifeMs : expiresAtMs;
}
