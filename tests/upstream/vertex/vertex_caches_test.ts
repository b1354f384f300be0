/** Caches on Vertex AI: names, bodies and counts. @module */
import assert from "node:assert/strict";
import { Secret } from "../../../src/accounts/secret.ts";
import { cacheIn } from "../../../src/upstream/request/cache_name.ts";
import { Vertex } from "../../../src/upstream/vertex/vertex.ts";
import {
  cacheToCreate,
  pathOfCaches,
  readOfCache,
  withCacheCount,
  withVertexCache,
} from "../../../src/upstream/vertex/vertex_caches.ts";
import { outboundOf } from "../../../src/upstream/outbound.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { callOf } from "../../support/upstream_call.ts";

const PLACE = { project: "my-project", location: "us-central1" };
const AT = "projects/my-project/locations/us-central1";

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("pathOfCaches() names the project, unless the name has it", () => {
  const rows = [
    ["cachedContents.create", "", `${AT}/cachedContents`],
    ["cachedContents.list", "", `${AT}/cachedContents?pageSize=1`],
    ["cachedContents.get", "cachedContents/1", `${AT}/cachedContents/1`],
    ["cachedContents.get", `${AT}/cachedContents/1`, `${AT}/cachedContents/1`],
    [
      "cachedContents.delete",
      "projects/123/locations/eu/cachedContents/1",
      "projects/123/locations/eu/cachedContents/1",
    ],
    // A project that an SDK in Vertex mode added.
    ["cachedContents.patch", "projects/any/locations/x/cachedContents/1", `${AT}/cachedContents/1`],
    ["cachedContents.get", "cachedContents/a%2Fb%25", `${AT}/cachedContents/a%2Fb%25`],
  ] as const;
  for (const [method, resource, path] of rows) {
    const query = method === "cachedContents.list" ? "pageSize=1" : "";
    assert.equal(pathOfCaches(callOf({}, { method, resource, query }), PLACE), path);
  }
});

Deno.test("cacheToCreate() changes the model and the roles, and no other byte", () => {
  const rows = [
    [
      '{"model" : "models/alias","contents":[{"parts":[]}], "ttl":"1.50s", "n":1.0}',
      `{"model" : "${AT}/publishers/google/models/gemini-2.5-flash",` +
      '"contents":[{"role":"user","parts":[]}], "ttl":"1.50s", "n":1.0}',
    ],
    ['{"contents":[{"role":"user"}]}', '{"contents":[{"role":"user"}]}'],
  ] as const;
  for (const [body, expected] of rows) {
    assert.equal(text(cacheToCreate(callOf(body), PLACE)), expected);
  }
  const unnamed = callOf('{"model":""}', { model: "" });
  assert.equal(text(cacheToCreate(unnamed, PLACE)), '{"model":""}');
});

Deno.test("withVertexCache() gives the cache its full name, and leaves one that has it", () => {
  const full = `${AT}/cachedContents/1`;
  const rows = [
    ['{"cachedContent":"cachedContents/1","n":1.0}', `{"cachedContent":"${full}","n":1.0}`],
    ['{"cached_content": "cachedContents/1"}', `{"cached_content": "${full}"}`],
    [`{"cachedContent":"${full}"}`, `{"cachedContent":"${full}"}`],
    ['{"cachedContent":""}', '{"cachedContent":""}'],
    ['{"cachedContent":null}', '{"cachedContent":null}'],
    ['{"contents":[]}', '{"contents":[]}'],
  ] as const;
  for (const [body, expected] of rows) {
    assert.equal(text(withVertexCache(callOf(body).request, PLACE).bytes), expected);
  }
});

Deno.test("readOfCache() reads the cache that a count names", () => {
  const inner = { generateContentRequest: { cached_content: "cachedContents/1" } };
  const call = callOf(inner, { method: "countTokens" });
  assert.equal(cacheIn(call.request), "cachedContents/1");
  const read = readOfCache(call);
  assert.deepEqual([read?.method, read?.resource], ["cachedContents.get", "cachedContents/1"]);
  assert.equal(readOfCache(callOf({ contents: [] }, { method: "countTokens" })), undefined);
});

Deno.test("withCacheCount() adds the tokens of the cache", () => {
  const rows = [
    ['{"totalTokens": 3, "x":1.0}', '{"totalTokens": 10,"cachedContentTokenCount":7, "x":1.0}'],
    ['{"totalTokens":0}', '{"totalTokens":7,"cachedContentTokenCount":7}'],
  ] as const;
  for (const [counted, expected] of rows) {
    const total = withCacheCount(json(counted), json('{"usageMetadata":{"totalTokenCount":7}}'));
    assert.ok(total.type === "json");
    assert.equal(text(total.bytes), expected);
  }
  for (const [counted, cache] of [["{}", "{}"], ['{"totalTokens":1', "{}"], ["", "{}"]] as const) {
    assert.throws(() => withCacheCount(json(counted), json(cache)), UpstreamFault);
  }
});

Deno.test("An express mode account, which has no project, serves no caches", () => {
  const clock = new FakeClock();
  const outbound = outboundOf({});
  const access = { key: new Secret("planted-key") };
  const express = new Vertex({ baseUrls: ["http://127.0.0.1:9"], access, clock, outbound });
  for (const method of ["create", "list", "get", "patch", "delete"] as const) {
    assert.equal(express.serves(`cachedContents.${method}`), false);
  }
  assert.equal(express.serves("generateContent"), true);
  express.close();
});

function json(body: string) {
  return { type: "json", bytes: new TextEncoder().encode(body) } as const;
}
