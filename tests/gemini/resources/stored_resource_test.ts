/** The resource that a response describes. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ownedName,
  refusalOf,
  type ResourceCollection,
} from "../../../src/gemini/resources/resources.ts";
import { storedResource } from "../../../src/gemini/resources/stored_resource.ts";
import { shownResources } from "../../../src/gemini/resources/stored_resources.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 0, 1);

function read(value: unknown) {
  return storedResource(new TextEncoder().encode(JSON.stringify(value)), { nowMs: NOW_MS });
}

Deno.test("storedResource() reads files, uploaded files and caches", () => {
  const expirationTime = "2026-01-03T00:00:00.123456789Z";
  const createTime = "2026-01-01T00:00:00.5Z";
  const file = { name: "files/abc", expirationTime, createTime };
  const expected = {
    name: "files/abc",
    collection: "files",
    expiresAtMs: Date.UTC(2026, 0, 3, 0, 0, 0, 123),
    createTime,
  };
  assert.deepEqual(read(file), expected);
  assert.deepEqual(read({ file }), expected);
  const cache = { name: "projects/1/locations/l/cachedContents/7", expireTime: expirationTime };
  assert.deepEqual(read(cache), {
    name: "cachedContents/7",
    collection: "cachedContents",
    expiresAtMs: expected.expiresAtMs,
    createTime: "",
  });
});

Deno.test("storedResource() gives a resource its collection's life if it says nothing", () => {
  assert.equal(read({ name: "files/abc" })?.expiresAtMs, NOW_MS + 48 * HOUR_MS);
  assert.equal(read({ name: "cachedContents/c" })?.expiresAtMs, NOW_MS + HOUR_MS);
  for (const expireTime of ["soon", "", null, 7, "x".repeat(5000)]) {
    assert.equal(read({ name: "cachedContents/c", expireTime })?.expiresAtMs, NOW_MS + HOUR_MS);
  }
});

Deno.test("storedResource() takes what a store contains for the store, without its own times", () => {
  const createTime = "2026-01-01T00:00:00.5Z";
  const expireTime = "2026-01-03T00:00:00Z";
  const { expiresAtMs } = read({ name: "fileSearchStores/s" }) ?? assert.fail();
  for (const within of ["documents/d", "operations/o", "upload/operations/o"]) {
    assert.deepEqual(read({ name: `fileSearchStores/s/${within}`, createTime, expireTime }), {
      name: "fileSearchStores/s",
      collection: "fileSearchStores",
      expiresAtMs,
      createTime: "",
    });
  }
  assert.equal(read({ name: "fileSearchStores/s", createTime })?.createTime, createTime);
});

Deno.test("storedResource() returns undefined for other messages, and never throws", () => {
  for (const value of [{}, [], "text", { name: 7 }, { name: "models/m" }, { file: {} }, null]) {
    assert.equal(read(value), undefined);
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assert.equal(storedResource(bytes, { nowMs: 0 }), undefined);
  }));
});

Deno.test("refusalOf() has Google's message", () => {
  assert.equal(
    refusalOf("files/abc", "files").message,
    "You do not have permission to access the File abc or it may not exist.",
  );
  const cache = refusalOf("cachedContents/c", "cachedContents");
  assert.deepEqual(
    [cache.code, cache.status, cache.message],
    [403, "PERMISSION_DENIED", "CachedContent not found (or permission denied)"],
  );
});

Deno.test("ownedName() gives the resource that has an owner", () => {
  const names: readonly (readonly [string, ResourceCollection | undefined, string])[] = [
    ["files/abc", undefined, "files/abc"],
    ["projects/1/locations/l/cachedContents/7", undefined, "cachedContents/7"],
    ["fileSearchStores/s/documents/d", undefined, "fileSearchStores/s"],
    ["fileSearchStores/s/upload/operations/o", undefined, "fileSearchStores/s"],
    ["tunedModels/t/operations/o", undefined, "tunedModels/t"],
    ["operations/o", undefined, "operations/o"],
    ["models/m/operations/o", undefined, "models/m/operations/o"],
    ["projects/p/locations/l/operations/o", undefined, "projects/p/locations/l/operations/o"],
    ["v1_abc", "interactions", "interactions/v1_abc"],
    ["interactions/v1_abc", "interactions", "interactions/v1_abc"],
    ["environments/e/files/a/b", "environments", "environments/e"],
    ["abc", "cachedContents", "abc"],
  ];
  for (const [name, collection, owned] of names) {
    assert.equal(ownedName(name, collection)?.name, owned);
  }
  for (const name of ["", "abc", "models/m", "models/m/operations"]) {
    assert.equal(ownedName(name), undefined);
  }
});

Deno.test("shownResources() reads names and addresses in the stated members only", () => {
  const json = {
    name: "files/other",
    metadata: { output: { responses_file: "files/abc" } },
    response: { samples: [{ video: { uri: "https://x/v1beta/files/v:download?alt=media" } }] },
    environmentId: "env_1",
    ids: ["files/one", "files/two", 7],
  };
  const shows = {
    "metadata.output.responsesFile": "files",
    "response.samples.video.uri": "files",
    "environmentId": "environments",
    "ids": "files",
    "missing.member": "files",
  };
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  assert.deepEqual(
    shownResources(bytes, { nowMs: 0, shows }).map(({ name }) => name),
    ["files/abc", "files/v", "environments/env_1", "files/one", "files/two"],
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assert.deepEqual(shownResources(bytes, { nowMs: 0, shows }), []);
  }));
});
