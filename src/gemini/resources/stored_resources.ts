/**
 * Reads all resources that a response describes or names.
 *
 * @module
 */
import type { MethodRow } from "../api/method_row.ts";
import { jsonMember } from "../json/json_member.ts";
import { JsonReader } from "../json/json_reader.ts";
import { JsonScanner } from "../json/json_scanner.ts";
import { shapeOfMembers } from "./member_shape.ts";
import { fileNameIn } from "./named_resources.ts";
import { expiryOf, isResourceCollection, ownedName } from "./resources.ts";
import { type ReadAs, type StoredResource, storedResource } from "./stored_resource.ts";

/** Longest name or address that is read, in bytes. */
const LONGEST = 4096;

/** Most resources of one response that are recorded: a response can hold any number of names. */
const MOST = 1000;

const paths = new WeakMap<object, readonly string[]>();

/**
 * Returns the resources that a response describes: those in its member `files`, as in responses to `files:register`,
 * or that of {@linkcode storedResource}.
 *
 * @param json The bytes of a response.
 */
export function storedResources(json: Uint8Array, as: ReadAs): readonly StoredResource[] {
  const found: (StoredResource | undefined)[] = [];
  try {
    const files = jsonMember(json, "files");
    const reader = new JsonReader(files ?? json);
    if (files === undefined || !reader.isArray) found.push(storedResource(json, as));
    else {
      for (let has = reader.enterArray(); has; has = reader.nextItem()) {
        found.push(storedResource(reader.take(), as));
      }
    }
  } catch {
    // A response that is not JSON describes nothing.
  }
  return found.filter((resource) => resource !== undefined);
}

/**
 * Returns the further resources that a response names.
 *
 * @param json The bytes of a response.
 * @param how `shows`: as in a method's row. `nowMs`: when the response arrived.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shownResources } from "./stored_resources.ts";
 *
 * const json = new TextEncoder().encode('{"metadata":{"output":{"responsesFile":"files/abc"}}}');
 * const shows = { "metadata.output.responsesFile": "files" };
 * assert.deepEqual(shownResources(json, { nowMs: 0, shows }).map(({ name }) => name), ["files/abc"]);
 * ```
 */
export function shownResources(
  json: Uint8Array,
  { nowMs, shows }: { readonly nowMs: number; readonly shows: NonNullable<MethodRow["shows"]> },
): readonly StoredResource[] {
  const scanner = new JsonScanner(json, { shape: shapeOfMembers(pathsOf(shows)) });
  try {
    scanner.scan();
  } catch {
    // A response that is not JSON names nothing.
    return [];
  }
  return scanner.labelled.slice(0, MOST).flatMap(({ label, node }) => {
    const of = shows[label] ?? "";
    const text = node.text(LONGEST) ?? "";
    const id = of === "files" ? fileNameIn(text) : text;
    const owned = id && isResourceCollection(of) ? ownedName(id, of) : undefined;
    if (!owned) return [];
    const expiresAtMs = expiryOf(undefined, { collection: owned.collection, nowMs });
    return [{ ...owned, expiresAtMs, createTime: "" }];
  });
}

function pathsOf(shows: NonNullable<MethodRow["shows"]>): readonly string[] {
  const known = paths.get(shows) ?? Object.keys(shows);
  paths.set(shows, known);
  return known;
}
