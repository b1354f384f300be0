/** Caches of Vertex AI: names with numbers, projects with permissions. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { HELLO } from "../calls.ts";
import { bearer, callVertex, serviceAccountToken } from "../vertex_calls.ts";
import { call, type ReadResponse } from "../files/file_calls.ts";

const CONTENTS = [{ role: "user", parts: [{ text: "x".repeat(5000) }] }];

interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  readonly place: string;
}

async function caller(emulator: Emulator, name: string, project: string): Promise<Caller> {
  const account = emulator.addServiceAccount(name, { project });
  const headers = bearer(await serviceAccountToken(account));
  return { headers, place: `projects/${project}/locations/us-central1` };
}

function cacheOf({ place }: Caller, model = "gemini-2.5-flash"): JsonObject {
  return { model: `${place}/publishers/google/models/${model}`, contents: CONTENTS };
}

function send(
  emulator: Emulator,
  headers: Caller["headers"],
  [method, path, body]: readonly [string, string, (JsonObject | undefined)?],
): Promise<ReadResponse> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return call([emulator, ""], `/v1/${path}`, { method, headers, ...json });
}

Deno.test("Vertex AI's caches have the project's number and digits in their names", async () => {
  await using emulator = await startEmulator();
  const one = await caller(emulator, "one", "p-1");
  const made = await send(emulator, one.headers, [
    "POST",
    `${one.place}/cachedContents`,
    cacheOf(one),
  ]);
  assert.equal(made.status, 200, made.text);
  const { name, model } = made.json;
  assert.match(name, /^projects\/\d{12}\/locations\/us-central1\/cachedContents\/[1-9]\d{18}$/);
  assert.equal(
    model,
    "projects/p-1/locations/us-central1/publishers/google/models/gemini-2.5-flash",
  );
  assert.equal("displayName" in made.json, false);
  assert.deepEqual(emulator.caches("p-1"), [made.json]);
  const id = name.split("/").at(-1);
  for (const path of [name, `${one.place}/cachedContents/${id}`]) {
    assert.deepEqual((await send(emulator, one.headers, ["GET", path])).json, made.json);
    const body = { ...HELLO, cachedContent: path };
    const place = `${one.place}/`;
    const response = await callVertex(emulator, { headers: one.headers, place, body });
    const { usageMetadata } = await response.json();
    assert.equal(usageMetadata.cachedContentTokenCount, 1250);
  }
  const listed = await send(emulator, one.headers, [
    "GET",
    `${one.place}/cachedContents?pageSize=1`,
  ]);
  assert.deepEqual(listed.json.cachedContents, [made.json]);
  const patched = await send(emulator, one.headers, ["PATCH", `${name}?updateMask=ttl`, {
    ttl: "9s",
  }]);
  assert.equal(patched.status, 200);
  assert.deepEqual((await send(emulator, one.headers, ["DELETE", name])).json, {});
  const gone = await send(emulator, one.headers, ["GET", name]);
  assert.deepEqual(gone.json.error, {
    code: 404,
    message: `Not found: cached content metadata for ${id}.`,
    status: "NOT_FOUND",
  });
});

Deno.test("a cache of another project is denied, for reading and for prompts", async () => {
  await using emulator = await startEmulator();
  const one = await caller(emulator, "one", "p-1");
  const other = await caller(emulator, "other", "p-2");
  const { json } = await send(emulator, one.headers, [
    "POST",
    `${one.place}/cachedContents`,
    cacheOf(one),
  ]);
  const denied = /^Permission 'aiplatform\.cachedContents\.(\w+)' denied on resource/;
  for (
    const [method, path, permission, body] of [
      ["GET", json.name, "get"],
      ["DELETE", json.name, "delete"],
      ["PATCH", json.name, "update", { ttl: "1s" }],
      ["GET", `${one.place}/cachedContents`, "list"],
      ["POST", `${one.place}/cachedContents`, "create", cacheOf(one)],
    ] as const
  ) {
    const response = await send(emulator, other.headers, [method, path, body]);
    assert.equal(response.status, 403);
    assert.equal(denied.exec(response.json.error.message)?.[1], permission);
    assert.equal(response.json.error.details[0].reason, "IAM_PERMISSION_DENIED");
  }
  const body = { ...HELLO, cachedContent: json.name };
  const place = `${other.place}/`;
  const used = await callVertex(emulator, { headers: other.headers, place, body });
  assert.equal(used.status, 403);
  assert.equal(denied.exec((await used.json()).error.message)?.[1], "get");
  assert.deepEqual(emulator.caches("p-2"), []);
});

Deno.test("Vertex AI refuses models by other names, other locations, and settings of the cache", async () => {
  await using emulator = await startEmulator();
  const one = await caller(emulator, "one", "p-1");
  const path = `${one.place}/cachedContents`;
  for (
    const model of [
      "models/gemini-2.5-flash",
      "publishers/google/models/gemini-2.5-flash",
      "projects/p-2/locations/us-central1/publishers/google/models/gemini-2.5-flash",
      "projects/p-1/locations/global/publishers/google/models/gemini-2.5-flash",
    ]
  ) {
    const refused = await send(emulator, one.headers, ["POST", path, {
      model,
      contents: CONTENTS,
    }]);
    assert.equal(refused.status, 400, model);
  }
  const unknown = await send(emulator, one.headers, ["POST", path, cacheOf(one, "gemini-9")]);
  assert.equal(unknown.status, 404);
  const { name } = (await send(emulator, one.headers, ["POST", path, cacheOf(one)])).json;
  const elsewhere = name.replace("us-central1", "global");
  assert.equal((await send(emulator, one.headers, ["GET", elsewhere])).status, 404);

  async function prompt(body: JsonObject, model = "gemini-2.5-flash"): Promise<string> {
    const place = `${one.place}/`;
    const options = { headers: one.headers, place, model, body: { ...HELLO, ...body } };
    return (await (await callVertex(emulator, options)).json()).error?.message;
  }

  assert.match(
    await prompt({ cachedContent: name, tools: [{ googleSearch: {} }] }),
    /^Tool config,/,
  );
  assert.equal(
    await prompt({ cachedContent: name }, "gemini-2.5-pro"),
    "Model used by GenerateContent request (projects/p-1/locations/us-central1/publishers/google/" +
      "models/gemini-2.5-pro) and CachedContent (projects/p-1/locations/us-central1/publishers/" +
      "google/models/gemini-2.5-flash) has to be the same.",
  );
  assert.match(await prompt({ cachedContent: "cachedContents/1" }), /^Invalid CachedContent name/);
});

Deno.test("caches of the two APIs are apart, and an express key has none", async () => {
  await using emulator = await startEmulator();
  const one = await caller(emulator, "one", "p-1");
  const key = emulator.addApiKey("key", { project: "p-1" });
  const express = emulator.addExpressKey("express");
  const path = `${one.place}/cachedContents`;
  await send(emulator, one.headers, ["POST", path, cacheOf(one)]);
  assert.deepEqual((await call([emulator, key], "/v1beta/cachedContents")).json, {});
  assert.equal((await call([emulator, express], `/v1/${path}`)).status, 401);
});
