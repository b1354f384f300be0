/** Scripts for methods of files: errors, and connections that break within a body. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { callWithKey } from "../calls.ts";
import { call, continueUpload, GRANULARITY, startUpload, upload } from "./file_calls.ts";

const CHUNK = new Uint8Array(GRANULARITY).fill(0x61);

/** A body that `fetch` cannot send again by itself when a pooled connection breaks. */
function once(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream();
}

Deno.test("a script's method names one method of files, and none leaves them alone", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  emulator.files("p").plant({ id: "x" });
  const paths: readonly (readonly [string, string, string])[] = [
    ["files.list", "GET", "/v1beta/files"],
    ["files.get", "GET", "/v1beta/files/x"],
    ["files.download", "GET", "/v1beta/files/x:download?alt=media"],
    ["files.create", "POST", "/upload/v1beta/files?uploadType=media"],
    ["files.delete", "DELETE", "/v1beta/files/x"],
  ];
  emulator.script("a", ["500"]);
  for (const [method, verb, path] of paths) {
    emulator.script("a", ["429-bare", { type: "503" }], { method });
    const statuses = [];
    for (const _ of [1, 2, 3]) {
      statuses.push((await call([emulator, key], path, { method: verb })).status);
    }
    assert.deepEqual(statuses, [429, 503, 200], method);
  }
  const prompt = await callWithKey(emulator, key);
  assert.equal(prompt.status, 500, await prompt.text());
});

Deno.test("always() with a method is that of this method only", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  emulator.always("a", "429-bare", { method: "files.list" });
  for (const _ of [1, 2]) assert.equal((await call([emulator, key], "/v1beta/files")).status, 429);
  await upload([emulator, key]);
  emulator.clear();
  assert.equal((await call([emulator, key], "/v1beta/files")).status, 200);
});

Deno.test("an upload's chunk that fails leaves the session as it was", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a")]);
  emulator.script("a", ["503", "429-bare"], { method: "files.upload" });
  for (const status of [503, 429]) {
    const chunk = { command: "upload", offset: 0, body: CHUNK };
    const response = await continueUpload(emulator, address, chunk);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("x-goog-upload-status"), null);
  }
  const { headers } = await continueUpload(emulator, address, { command: "query" });
  assert.equal(headers.get("x-goog-upload-size-received"), "0");
});

Deno.test("a chunk whose connection breaks is kept up to a multiple of the granularity", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a")]);
  const outcomes = [5, GRANULARITY + 5].map((afterBytes) =>
    ({ type: "reset-mid-body", afterBytes }) as const
  );
  emulator.script("a", outcomes, { method: "files.upload" });
  const body = new Uint8Array(GRANULARITY + 10).fill(0x61);
  for (const received of ["0", String(GRANULARITY)]) {
    const chunk = { command: "upload, finalize", offset: 0, body: once(body) };
    await assert.rejects(continueUpload(emulator, address, chunk));
    const { headers } = await continueUpload(emulator, address, { command: "query" });
    assert.equal(headers.get("x-goog-upload-status"), "active");
    assert.equal(headers.get("x-goog-upload-size-received"), received);
  }
  const rest = { command: "upload, finalize", offset: GRANULARITY, body: "b".repeat(10) };
  const end = await continueUpload(emulator, address, rest);
  assert.equal(end.json.file.sizeBytes, String(GRANULARITY + 10));
  assert.equal(emulator.requests[1]?.bodyLength, 5);
});

Deno.test("a response that is lost after the upload took effect", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const address = await startUpload([emulator, key]);
  emulator.script("a", ["reset-after-body"], { method: "files.upload" });
  const end = { command: "upload, finalize", offset: 0, body: once(CHUNK.subarray(0, 5)) };
  await assert.rejects(continueUpload(emulator, address, end));
  const state = await continueUpload(emulator, address, { command: "query" });
  assert.equal(state.headers.get("x-goog-upload-status"), "final");
  assert.equal(emulator.files("p").list().length, 1);
});

Deno.test("a chunk hangs until release(), before its body is read", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a")]);
  emulator.script("a", ["hang"], { method: "files.upload" });
  const chunk = { command: "upload, finalize", offset: 0, body: "hello" };
  const hanging = continueUpload(emulator, address, chunk);
  await emulator.waitForRequest(({ query }) => query.has("upload_id"));
  await continueUpload(emulator, address, { command: "query" });
  assert.equal(emulator.requests[1]?.bodySha256, undefined);
  emulator.release();
  assert.equal((await hanging).json.file.sizeBytes, "5");
});

Deno.test("a client that leaves within a chunk leaves what it sent whole, and is recorded", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a")]);
  const leaving = new AbortController();
  const started = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(CHUNK.subarray(0, 1000));
      started.resolve();
      await new Promise(() => {});
    },
  });
  const headers = { "x-goog-upload-command": "upload", "x-goog-upload-offset": "0" };
  const { signal } = leaving;
  const sending = fetch(address, { method: "POST", headers, body, signal });
  await started.promise;
  await emulator.waitForRequest(({ query }) => query.has("upload_id"));
  leaving.abort();
  await assert.rejects(sending);
  await emulator.requests[1]?.finished;
  const query = await continueUpload(emulator, address, { command: "query" });
  assert.equal(query.headers.get("x-goog-upload-size-received"), "0");
  assert.equal(emulator.requests[1]?.aborted, true);
});

Deno.test("a download breaks halfway, or hangs after its headers", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  emulator.files("p").plant({ id: "x", content: 1_000_000 });
  const path = "/v1beta/files/x:download?alt=media";
  const method = "files.download";
  emulator.script("a", [{ type: "reset-mid-stream", afterEvents: 0 }], { method });
  await assert.rejects(call([emulator, key], path));
  emulator.script("a", ["hang-after-headers"], { method });
  emulator.files("p").plant({ id: "short", content: 10 });
  const short = path.replace("/x:", "/short:");
  const response = await fetch(emulator.url + short, { headers: { "x-goog-api-key": key } });
  assert.equal(response.status, 200);
  let isRead = false;
  const reading = response.bytes().finally(() => isRead = true);
  await call([emulator, key], "/v1beta/files");
  assert.equal(isRead, false);
  emulator.release();
  assert.equal((await reading).length, 10);
});

Deno.test("an emulator without resets refuses the scripts that need them", async () => {
  await using emulator = await startEmulator({ resets: false });
  emulator.addApiKey("a");
  const method = "files.upload";
  for (const outcome of ["reset-after-body", { type: "reset-mid-body", afterBytes: 1 }] as const) {
    assert.throws(() => emulator.script("a", [outcome], { method }), /cannot reset connections/);
  }
});

Deno.test("a newer request takes an upload over from one whose body has not ended", async () => {
  await using emulator = await startEmulator();
  const address = await startUpload([emulator, emulator.addApiKey("a", { project: "p" })]);
  const rest = Promise.withResolvers<void>();
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      pulls += 1;
      if (pulls > 1) await rest.promise;
      controller.enqueue(CHUNK.subarray(0, 1000));
      if (pulls > 1) controller.close();
    },
  });
  const first = continueUpload(emulator, address, { command: "upload", offset: 0, body });
  await emulator.waitForRequest(({ query }) => query.has("upload_id"));
  const end = { command: "upload, finalize", offset: 0, body: "hello" };
  const second = await continueUpload(emulator, address, end);
  assert.equal(second.json.file.sizeBytes, "5");
  rest.resolve();
  const refused = await first;
  assert.deepEqual([refused.status, refused.text], [
    400,
    "Another request has continued the upload.\n",
  ]);
  assert.equal(emulator.files("p").list()[0]?.["sizeBytes"], "5");
});
