/**
 * Reads the resource that a response describes.
 *
 * @module
 */
import { parsedJson } from "../../base/json.ts";
import { jsonMember } from "../json/json_member.ts";
import { expiryOf, isContained, ownedName, type ResourceCollection } from "./resources.ts";

/** Members longer than this, in bytes, are neither names nor times. */
const LONGEST = 4096;

/** A resource, as a response describes it. */
export interface StoredResource {
  /** As in `files/abc`; see {@linkcode ownedName}. */
  readonly name: string;
  readonly collection: ResourceCollection;
  /** In ms since the epoch. */
  readonly expiresAtMs: number;
  /** RFC 3339; empty if the response does not have it. It distinguishes resources with the same name. */
  readonly createTime: string;
}

/** What reading a response needs to know. */
export interface ReadAs {
  /** For a resource that has no expiry time. */
  readonly nowMs: number;
  /** The collection of resources with bare ids. Default: none. */
  readonly collection?: ResourceCollection | undefined;
}

/**
 * Returns the resource that a response describes: the response itself, or its member `file`, as after an upload.
 *
 * @param json The bytes of a response.
 * @returns Undefined if the response does not describe a resource.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { storedResource } from "./stored_resource.ts";
 *
 * const json = new TextEncoder().encode('{"file":{"name":"files/abc"}}');
 * assert.equal(storedResource(json, { nowMs: 0 })?.name, "files/abc");
 * ```
 */
export function storedResource(
  json: Uint8Array,
  { nowMs, collection: of }: ReadAs,
): StoredResource | undefined {
  try {
    const resource = jsonMember(json, "file") ?? json;
    // The `name` of a webhook is chosen by its user.
    const id = (of && textIn(resource, "id")) ?? textIn(resource, "name");
    const owned = id === undefined ? undefined : ownedName(id, of);
    if (id === undefined || owned === undefined) return undefined;
    // The times of what a resource contains, such as a store's document, are not the resource's own.
    if (isContained(id, of)) {
      const expiresAtMs = expiryOf(undefined, { collection: owned.collection, nowMs });
      return { ...owned, expiresAtMs, createTime: "" };
    }
    const stated = textIn(resource, "expirationTime") ?? textIn(resource, "expireTime") ??
      textIn(resource, "expire_time");
    return {
      ...owned,
      expiresAtMs: expiryOf(stated, { collection: owned.collection, nowMs }),
      createTime: textIn(resource, "createTime") ?? textIn(resource, "create_time") ??
        textIn(resource, "created") ?? "",
    };
  } catch {
    // A response that is not JSON does not describe a resource.
    return undefined;
  }
}

function textIn(json: Uint8Array, name: string): string | undefined {
  const value = jsonMember(json, name);
  if (value === undefined || value.length > LONGEST) return undefined;
  const text = parsedJson(value);
  return typeof text === "string" ? text : undefined;
}
