import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { callWithKey, HELLO } from "./calls.ts";

Deno.test("requests keeps what a client sent", async () => {
  await using emulator = await startEmulator({ clock: { now: () => 42 } });
  const key = emulator.addApiKey("a");
  await (await callWithKey(emulator, key, { query: "?%24alt=json", headers: { "x-test": "é" } }))
    .text();
  const [request] = emulator.requests;
  assert.ok(request);
  assert.equal(request.account, "a");
  assert.equal(request.method, "POST");
  assert.equal(request.path, "/v1beta/models/gemini-2.5-flash:generateContent");
  assert.equal(request.query.get("$alt"), "json");
  assert.equal(request.headers.get("x-goog-api-key"), key);
  assert.deepEqual(request.body, HELLO);
  assert.equal(request.rawBody, JSON.stringify(HELLO));
  assert.equal(request.startedAt, 42);
  await request.finished;
  assert.equal(request.aborted, false);
  emulator.clear();
  assert.equal(emulator.requests.length, 0);
});

Deno.test("requests keeps refused calls, without an account where there is none", async () => {
  await using emulator = await startEmulator();
  await (await fetch(`${emulator.url}/nothing`)).text();
  await (await callWithKey(emulator, "no such key")).text();
  assert.deepEqual(emulator.requests.map(({ account, path }) => [account, path]), [
    [undefined, "/nothing"],
    [undefined, "/v1beta/models/gemini-2.5-flash:generateContent"],
  ]);
});

Deno.test("requests keeps 64 KiB of a body and a thousand requests", async () => {
  await using emulator = await startEmulator({ resets: false });
  const key = emulator.addApiKey("a");
  const long = { contents: [{ role: "user", parts: [{ text: "x".repeat(70_000) }] }] };
  await (await callWithKey(emulator, key, { body: long })).text();
  assert.equal(emulator.requests[0]?.rawBody.length, 64 * 1024);
  assert.equal(emulator.requests[0]?.bodyLength, JSON.stringify(long).length);
  assert.equal(emulator.requests[0]?.body, undefined);
  for (let count = 0; count < 1000; count++) await (await fetch(`${emulator.url}/${count}`)).text();
  assert.equal(emulator.requests.length, 1000);
  assert.equal(emulator.requests[0]?.path, "/0");
});

Deno.test("waitForRequest() gives the next request that fits", async () => {
  await using emulator = await startEmulator();
  const waiting = emulator.waitForRequest((request) => request.path === "/b");
  await (await fetch(`${emulator.url}/a`)).text();
  await (await fetch(`${emulator.url}/b`)).text();
  assert.equal((await waiting).path, "/b");
});

Deno.test("record: false keeps nothing, and waitForRequest() says so", async () => {
  await using emulator = await startEmulator({ record: false });
  await (await callWithKey(emulator, emulator.addApiKey("a"))).text();
  assert.equal(emulator.requests.length, 0);
  assert.throws(() => emulator.waitForRequest(() => true), /record: false/);
});

Deno.test("addApiKey() takes a given key, and refuses a name twice", async () => {
  await using emulator = await startEmulator();
  assert.equal(emulator.addApiKey("a", { key: "my-key" }), "my-key");
  assert.equal((await (await callWithKey(emulator, "my-key")).json()).error, undefined);
  assert.throws(() => emulator.addUser("a"), /already has an account named "a"/);
});

Deno.test("a stream that the client leaves is recorded as aborted", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.script("a", [{ type: "ok", chunks: ["a", "b"], chunkDelayMs: 600_000 }]);
  const leaving = new AbortController();
  const call = { method: "streamGenerateContent", query: "?alt=sse", signal: leaving.signal };
  const response = await callWithKey(emulator, key, call);
  const reader = response.body?.getReader();
  assert.equal((await reader?.read())?.done, false);
  leaving.abort();
  await assert.rejects(async () => await reader?.read());
  await emulator.requests[0]?.finished;
  assert.equal(emulator.requests[0]?.aborted, true);
});
