/**
 * Reads the resource that a response describes.
 *
 * @module
 */
import { parsedJson } from "../../base/json.ts";
import { jsonMember } from "../json/json_member.ts";
import { JsonReader } from "../json/json_reader.ts";
import { collectionOfName, expiryOf, plainName, type ResourceCollection } from "./resources.ts";

/** Members longer than this, in bytes, are neither names nor times. */
const LONGEST = 4096;

/** A resource, as a response describes it. */
export interface StoredResource {
  /** As in `files/abc`; see {@linkcode plainName}. */
  readonly name: string;
  readonly collection: ResourceCollection;
  /** In ms since the epoch. */
  readonly expiresAtMs: number;
  /** RFC 3339; empty if the response does not have it. It distinguishes resources with the same name. */
  readonly createTime: string;
}

/**
 * Returns the resource that a response describes: the response itself, or its member `file`, as after an upload.
 *
 * @param json The bytes of a response.
 * @param nowMs For a resource that does not say when it expires.
 * @returns Undefined if the response does not describe a resource.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { storedResource } from "./stored_resource.ts";
 *
 * const json = new TextEncoder().encode('{"file":{"name":"files/abc"}}');
 * assert.equal(storedResource(json, 0)?.name, "files/abc");
 * ```
 */
export function storedResource(json: Uint8Array, nowMs: number): StoredResource | undefined {
  try {
    const resource = jsonMember(json, "file") ?? json;
    const name = textIn(resource, "name");
    const collection = name === undefined ? undefined : collectionOfName(name);
    if (name === undefined || collection === undefined) return undefined;
    const stated = textIn(resource, "expirationTime") ?? textIn(resource, "expireTime");
    return {
      name: plainName(name),
      collection,
      expiresAtMs: expiryOf(stated, { collection, nowMs }),
      createTime: textIn(resource, "createTime") ?? "",
    };
  } catch {
    // A response that is not JSON does not describe a resource.
    return undefined;
  }
}

/**
 * Returns the resources that a response describes: those in its member `files`, as in responses to `files:register`,
 * or that of {@linkcode storedResource}.
 */
export function storedResources(json: Uint8Array, nowMs: number): readonly StoredResource[] {
  const found: (StoredResource | undefined)[] = [];
  try {
    const files = jsonMember(json, "files");
    const reader = new JsonReader(files ?? json);
    if (files === undefined || !reader.isArray) found.push(storedResource(json, nowMs));
    else {
      for (let has = reader.enterArray(); has; has = reader.nextItem()) {
        found.push(storedResource(reader.take(), nowMs));
      }
    }
  } catch {
    // See storedResource().
  }
  return found.filter((resource) => resource !== undefined);
}

function textIn(json: Uint8Array, name: string): string | undefined {
  const value = jsonMember(json, name);
  if (value === undefined || value.length > LONGEST) return undefined;
  const text = parsedJson(value);
  return typeof text === "string" ? text : undefined;
}
