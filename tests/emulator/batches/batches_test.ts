/** Batches of the Gemini API: made, processed, changed, ended and refused as by Google. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { call, type ReadResponse } from "../files/file_calls.ts";

const TYPES = "type.googleapis.com/google.ai.generativelanguage.v1main.";
const GENERATE = "gemini-2.5-flash:batchGenerateContent";
const EMBED = "gemini-embedding-001:asyncBatchEmbedContent";
const GONE = { code: 404, message: "Requested entity was not found.", status: "NOT_FOUND" };

type Caller = readonly [Emulator, string];

function prompt(text: string): JsonObject {
  return { contents: [{ role: "user", parts: [{ text }] }] };
}

function inlined(...requests: readonly JsonObject[]): JsonObject {
  return { batch: { displayName: "mine", inputConfig: { requests: { requests } } } };
}

function create(caller: Caller, body: JsonObject, method = GENERATE): Promise<ReadResponse> {
  return call(caller, `/v1beta/models/${method}`, { method: "POST", body: JSON.stringify(body) });
}

function act(caller: Caller, target: string, body: JsonObject = {}): Promise<ReadResponse> {
  const [method = "", path = ""] = target.split(" ");
  return call(caller, `/v1beta/${path}`, {
    method,
    ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
  });
}

/** An emulator whose time a test sets, and one account. */
async function started(): Promise<
  AsyncDisposable & { caller: Caller; emulator: Emulator; at: (ms: number) => void }
> {
  let now = 0;
  const emulator = await startEmulator({ clock: { now: () => now } });
  const caller = [emulator, emulator.addApiKey("a", { project: "p" })] as const;
  return {
    caller,
    emulator,
    at: (ms) => void (now = ms),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

Deno.test("an inlined batch is processed as time passes, with one result for each request", async () => {
  await using test = await started();
  const { caller, at } = test;
  const { status, json } = await create(
    caller,
    inlined(
      { request: prompt("One"), metadata: { key: "1" } },
      { request: { contents: [] }, metadata: { key: "2" } },
    ),
  );
  assert.equal(status, 200);
  assert.match(json.name, /^batches\/[a-z0-9]{36}$/);
  const pending = {
    name: json.name,
    metadata: {
      "@type": `${TYPES}GenerateContentBatch`,
      model: "models/gemini-2.5-flash",
      displayName: "mine",
      createTime: "1970-01-01T00:00:00.000000Z",
      updateTime: "1970-01-01T00:00:00.000000Z",
      batchStats: { requestCount: "2", pendingRequestCount: "2" },
      state: "BATCH_STATE_PENDING",
      name: json.name,
    },
  };
  assert.deepEqual(json, pending);
  at(499);
  assert.deepEqual((await act(caller, `GET ${json.name}`)).json, pending);
  at(500);
  const running = (await act(caller, `GET ${json.name}`)).json;
  assert.equal(running.metadata.state, "BATCH_STATE_RUNNING");
  assert.equal(running.done, undefined);
  at(5000);
  const { json: { metadata, done, response, error } } = await act(caller, `GET ${json.name}`);
  assert.equal(metadata.state, "BATCH_STATE_SUCCEEDED");
  assert.equal(metadata.endTime, "1970-01-01T00:00:01.000000Z");
  assert.deepEqual(metadata.batchStats, {
    requestCount: "2",
    successfulRequestCount: "1",
    failedRequestCount: "1",
  });
  const [one, two] = metadata.output.inlinedResponses.inlinedResponses;
  assert.match(one.response.candidates[0].content.parts[0].text, /You said: "One"/);
  assert.deepEqual(one.metadata, { key: "1" });
  assert.deepEqual(two, {
    error: { code: 3, message: "* GenerateContentRequest.contents: contents is not specified\n" },
    metadata: { key: "2" },
  });
  assert.equal(done, true);
  assert.equal(error, undefined);
  assert.equal(response["@type"], `${TYPES}GenerateContentBatchOutput`);
  assert.deepEqual(response.inlinedResponses, metadata.output.inlinedResponses);
});

Deno.test("a batch of a file has its results in a file that only its project can download", async () => {
  await using test = await started();
  const { caller, emulator } = test;
  const lines = [
    { key: "a", request: prompt("One") },
    { key: "b", request: { ...prompt("Two"), unknown: 1 } },
    { key: "c", request: { ...prompt("Three"), model: "models/gemini-2.5-pro" } },
  ].map((line) => JSON.stringify(line));
  emulator.files("p").plant({
    id: "input",
    source: "UPLOADED",
    mimeType: "application/jsonl",
    content: new TextEncoder().encode(`${lines.join("\n")}\n{"key\n`),
  });
  const body = { batch: { input_config: { file_name: "files/input" } } };
  const { name } = (await create(caller, body)).json;
  emulator.batches("p").step(name);
  emulator.batches("p").step(name);
  const { json } = await act(caller, `GET ${name}`);
  const { responsesFile } = json.metadata.output;
  assert.equal(responsesFile, `files/batch-${name.slice("batches/".length)}`);
  assert.equal(json.response.responsesFile, responsesFile);
  assert.equal(json.metadata.batchStats.failedRequestCount, "3");
  const path = `/download/v1beta/${responsesFile}:download?alt=media`;
  const [, key] = caller;
  const download = await fetch(emulator.url + path, { headers: { "x-goog-api-key": key } });
  assert.equal(download.headers.get("content-type"), "application/jsonl");
  const results = (await download.text()).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(results.map(({ key }) => key), ["a", "b", "c", undefined]);
  assert.match(results[0].response.candidates[0].content.parts[0].text, /You said: "One"/);
  assert.match(results[1].error.message, /Unknown name "unknown"/);
  assert.match(results[2].error.message, /model does not match the model of the path/);
  assert.match(results[3].error.message, /^Invalid JSON payload received\./);
  const stranger = emulator.addApiKey("b", { project: "q" });
  assert.equal((await call([emulator, stranger], path)).status, 403);
});

Deno.test("a batch of embeddings returns a vector for each request", async () => {
  await using test = await started();
  const { caller, emulator } = test;
  const content = { parts: [{ text: "One" }] };
  const body = inlined(
    { request: { content, outputDimensionality: 3 } },
    { request: { content, title: "Without a task type" } },
  );
  const { json: { name, metadata } } = await create(caller, body, EMBED);
  assert.equal(metadata["@type"], `${TYPES}EmbedContentBatch`);
  const { output } = Object(emulator.batches("p").end(name, "SUCCEEDED")["metadata"]);
  const [one, two] = output.inlinedResponses.inlinedResponses;
  assert.equal(one.response.embedding.values.length, 3);
  assert.equal(one.response.tokenCount, "1");
  assert.equal(two.error.code, 3);
});

Deno.test("a request of a batch may name only what its own project has", async () => {
  await using test = await started();
  const { caller, emulator } = test;
  const named = (id: string) => ({
    contents: [{
      parts: [{
        fileData: { fileUri: `https://generativelanguage.googleapis.com/v1beta/files/${id}` },
      }],
    }],
  });
  emulator.files("p").plant({ id: "own" });
  emulator.files("q").plant({ id: "others" });
  const body = inlined({ request: named("own") }, { request: named("others") });
  const { json: { name } } = await create(caller, body);
  const { output } = Object(emulator.batches("p").end(name, "SUCCEEDED")["metadata"]);
  const [one, two] = output.inlinedResponses.inlinedResponses;
  assert.ok(one.response);
  assert.equal(two.error.code, 7);
  emulator.files("q").plant({ id: "theirs", source: "UPLOADED" });
  const input = { batch: { inputConfig: { fileName: "files/theirs" } } };
  assert.equal((await create(caller, input)).status, 403);
});

Deno.test("a batch can be cancelled until it has ended, and ends in other ways", async () => {
  await using test = await started();
  const { caller, emulator, at } = test;
  emulator.batches("p").settings.pace = { pendingMs: Infinity, runningMs: Infinity };
  const make = async () => (await create(caller, inlined({ request: prompt("x") }))).json.name;
  const [cancelled, failed, expired] = [await make(), await make(), await make()];
  assert.deepEqual((await act(caller, `POST ${cancelled}:cancel`)).json, {});
  const { json } = await act(caller, `GET ${cancelled}`);
  assert.equal(json.metadata.state, "BATCH_STATE_CANCELLED");
  assert.equal(json.done, true);
  assert.equal(json.error.code, 1);
  const again = await act(caller, `POST ${cancelled}:cancel`);
  assert.equal(again.json.error.status, "FAILED_PRECONDITION");
  emulator.batches("p").end(failed, "FAILED");
  assert.equal((await act(caller, `GET ${failed}`)).json.error.code, 13);
  at(48 * 3_600_000);
  const { metadata, error } = (await act(caller, `GET ${expired}`)).json;
  assert.equal(metadata.state, "BATCH_STATE_EXPIRED");
  assert.equal(error.code, 4);
});

Deno.test("a file without requests makes a batch that fails", async () => {
  await using test = await started();
  const { caller, emulator } = test;
  emulator.files("p").plant({ id: "empty", source: "UPLOADED", content: new Uint8Array() });
  const body = { batch: { inputConfig: { fileName: "files/empty" } } };
  const { json: { name } } = await create(caller, body);
  const { metadata, error } = Object(emulator.batches("p").end(name, "SUCCEEDED"));
  assert.equal(metadata.state, "BATCH_STATE_FAILED");
  assert.match(error.message, /contains no requests/);
});

Deno.test("a batch is listed, changed and deleted by its project only", async () => {
  await using test = await started();
  const { caller, emulator } = test;
  const [one, two] = [
    await create(caller, inlined({ request: prompt("1") })),
    await create(caller, inlined({ request: prompt("2") })),
  ];
  const first = (await act(caller, "GET batches?pageSize=1")).json;
  assert.deepEqual(first.operations, [two.json]);
  const rest = await act(caller, `GET batches?page_token=${first.nextPageToken}`);
  assert.deepEqual(rest.json, { operations: [one.json] });
  const { name } = one.json;
  const update = { displayName: "renamed", priority: "-3" };
  const { json } = await act(caller, `PATCH ${name}:updateGenerateContentBatch`, update);
  assert.equal(json.displayName, "renamed");
  assert.equal(json.priority, "-3");
  assert.equal(json.name, name);
  const masked = `PATCH ${name}:updateGenerateContentBatch?updateMask=display_name`;
  const second = (await act(caller, masked, { displayName: "again", priority: "7" })).json;
  assert.deepEqual([second.displayName, second.priority], ["again", "-3"]);
  const stranger = [emulator, emulator.addApiKey("b", { project: "q" })] as const;
  assert.deepEqual((await act(stranger, "GET batches")).json, {});
  for (
    const target of [`GET ${name}`, `POST ${name}:cancel`, `DELETE ${name}`, masked]
  ) {
    assert.deepEqual((await act(stranger, target)).json.error, GONE, target);
  }
  assert.deepEqual((await act(caller, `DELETE ${name}`)).json, {});
  assert.deepEqual((await act(caller, `GET ${name}`)).json.error, GONE);
});

Deno.test("batches refuse what Google refuses", async (t) => {
  await using test = await started();
  const { caller, emulator } = test;
  const request = prompt("x");
  const input = { requests: { requests: [{ request }] } };
  const both = { ...input, fileName: "files/x" };
  const { json: { name } } = await create(caller, inlined({ request }));
  emulator.files("p").plant({ id: "slow", source: "UPLOADED", state: "PROCESSING" });
  const cases: readonly [string, string, JsonObject, number, RegExp][] = [
    ["a model without batches", "text-embedding-004:batchGenerateContent", {}, 404, /not found/],
    ["the other kind of model", "gemini-2.5-flash:asyncBatchEmbedContent", {}, 404, /asyncBatch/],
    ["no batch", GENERATE, {}, 400, /input_config is not specified/],
    ["no source", GENERATE, { batch: { inputConfig: {} } }, 400, /requests is not specified/],
    ["two sources", GENERATE, { batch: { inputConfig: both } }, 400, /oneof field 'source'/],
    ["an unknown field", GENERATE, { batch: { src: 1 } }, 400, /Unknown name "src" at 'batch'/],
    [
      "a foreign field in a request",
      GENERATE,
      inlined({ request: { ...request, sessionId: "s" } }),
      400,
      /Unknown name "sessionId"/,
    ],
    [
      "another model",
      GENERATE,
      { batch: { model: "models/x", inputConfig: input } },
      400,
      /batch\.model: model does not match/,
    ],
    [
      "another model in a request",
      GENERATE,
      inlined({ request: { ...request, model: "models/x" } }),
      400,
      /requests\[0\]\.request\.model: model does not match/,
    ],
    [
      "an address instead of a name",
      GENERATE,
      { batch: { inputConfig: { fileName: "https://example.com/files/x" } } },
      400,
      /Invalid resource name/,
    ],
    [
      "a file in processing",
      GENERATE,
      { batch: { inputConfig: { fileName: "files/slow" } } },
      400,
      /not in an ACTIVE state/,
    ],
  ];
  for (const [title, method, body, status, message] of cases) {
    await t.step(title, async () => {
      const { json: { error } } = await create(caller, body, method);
      assert.equal(error.code, status);
      assert.match(error.message, message);
    });
  }
  const updates: readonly [string, string, JsonObject, RegExp][] = [
    ["the other kind's update", "updateEmbedContentBatch", { displayName: "x" }, /not of type/],
    ["its input", "updateGenerateContentBatch", { inputConfig: input }, /Cannot update inputCon/],
    ["nothing", "updateGenerateContentBatch", {}, /No field/],
  ];
  for (const [title, method, body, message] of updates) {
    await t.step(`an update of ${title}`, async () => {
      const { json: { error } } = await act(caller, `PATCH ${name}:${method}`, body);
      assert.equal(error.status, "INVALID_ARGUMENT");
      assert.match(error.message, message);
    });
  }
  await t.step("an update after the end", async () => {
    emulator.batches("p").end(name, "SUCCEEDED");
    const target = `PATCH ${name}:updateGenerateContentBatch`;
    const { json: { error } } = await act(caller, target, { displayName: "x" });
    assert.equal(error.status, "FAILED_PRECONDITION");
  });
  await t.step("a filter", async () => {
    assert.equal((await act(caller, "GET batches?filter=x")).status, 400);
  });
});

Deno.test("a script can lose the response to a batch that was made", async () => {
  await using test = await started();
  const { caller, emulator } = test;
  for (const [outcome, count] of [["reset-after-body", 1], ["reset", 1]] as const) {
    emulator.script("a", [outcome], { method: "batchGenerateContent" });
    // Deno 2.7 sends a body that it has as a whole once more.
    const body = new Blob([JSON.stringify(inlined({ request: prompt("x") }))]).stream();
    await assert.rejects(call(caller, `/v1beta/models/${GENERATE}`, { method: "POST", body }));
    assert.equal(emulator.batches("p").list().length, count);
  }
});
