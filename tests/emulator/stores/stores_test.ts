/** File search stores: who may use them, and what their uploads and imports make. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { callWithKey } from "../calls.ts";
import { call, continueUpload, type ReadResponse, upload } from "../files/file_calls.ts";

type Caller = readonly [Emulator, string];

/** Calls a path of the API with a JSON body. */
function post(caller: Caller, path: string, body: unknown = {}): Promise<ReadResponse> {
  return call(caller, path, { method: "POST", body: JSON.stringify(body) });
}

async function storeOf(caller: Caller, displayName = "My store!"): Promise<string> {
  const made = await post(caller, "/v1beta/fileSearchStores", { displayName });
  assert.equal(made.status, 200, made.text);
  return made.json.name;
}

function startUpload(caller: Caller, store: string, body: unknown = {}): Promise<ReadResponse> {
  return call(caller, `/upload/v1beta/${store}:uploadToFileSearchStore`, {
    method: "POST",
    headers: { "x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start" },
    body: JSON.stringify({ mimeType: "text/plain", ...Object(body) }),
  });
}

/** Uploads a document; returns the operation. */
async function added(caller: Caller, store: string, body?: unknown): Promise<ReadResponse["json"]> {
  const { headers } = await startUpload(caller, store, body);
  const address = headers.get("x-goog-upload-url") ?? "";
  const end = { command: "upload, finalize", offset: 0, body: "hello" };
  return (await continueUpload(caller[0], address, end)).json;
}

Deno.test("a file search store belongs to a project, and is deleted by force if it has documents", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const stranger = [emulator, emulator.addApiKey("b")] as const;
  const store = await storeOf(caller);
  assert.match(store, /^fileSearchStores\/mystore-[a-z0-9]{12}$/);
  const path = `/v1beta/${store}`;
  const operation = await added(caller, store);
  assert.equal(operation.response.parent, store);
  assert.equal(operation.response.sizeBytes, "5");
  for (
    const refused of [
      await startUpload(stranger, store),
      await call(stranger, path),
      await call(stranger, path, { method: "DELETE" }),
      await call(stranger, `${path}/documents`),
      await call(stranger, `/v1beta/${operation.name}`),
      await post(stranger, `${path}:importFile`, { fileName: "files/abc" }),
    ]
  ) {
    assert.equal(refused.status, 403);
    assert.match(
      refused.json.error.message,
      /^You do not have permission to access the FileSearchStore/,
    );
  }
  assert.deepEqual((await call(stranger, "/v1beta/fileSearchStores")).json, {});
  const statuses = [];
  for (const query of ["", "?force=no", "?force=True", "?force=true"]) {
    statuses.push((await call(caller, path + query, { method: "DELETE" })).status);
  }
  assert.deepEqual(statuses, [400, 400, 200, 403]);
});

Deno.test("a deletion has no body, and its force is true or false", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const path = `/v1beta/${await storeOf(caller)}`;
  const strange = await call(caller, `${path}?force=no`, { method: "DELETE" });
  assert.equal(strange.status, 400);
  assert.match(strange.json.error.message, /^Invalid value at 'force'/);
  const body = JSON.stringify({ force: true });
  assert.equal((await call(caller, path, { method: "DELETE", body })).status, 400);
  assert.equal((await call(caller, `${path}?force=false`, { method: "DELETE" })).status, 200);
});

Deno.test("a pending document is read until it is active, deleted without force, and its operation stays", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using emulator = await startEmulator({ clock: { now: () => now } });
  const caller = [emulator, emulator.addApiKey("a", { project: "p" })] as const;
  const store = await storeOf(caller);
  emulator.stores("p").settings.processing = { reads: 1 };
  now += 60_000;
  const operations = [await added(caller, store), await added(caller, store)];
  const { createTime, updateTime } = (await call(caller, `/v1beta/${store}`)).json;
  assert.equal(Date.parse(updateTime) - Date.parse(createTime), 60_000);
  const [first, second] = emulator.stores("p").documents(store.split("/")[1] ?? "");
  const states = [];
  for (let nth = 0; nth < 2; nth++) {
    states.push((await call(caller, `/v1beta/${first?.["name"]}`)).json.state);
  }
  assert.deepEqual(states, ["STATE_PENDING", "STATE_ACTIVE"]);
  const deleted = await call(caller, `/v1beta/${second?.["name"]}`, { method: "DELETE" });
  assert.equal(deleted.status, 200, deleted.text);
  for (const { name } of operations) {
    assert.equal((await call(caller, `/v1beta/${name}`)).json.name, name);
  }
  const unknown = await call(caller, `/v1beta/${store}/operations/none`);
  assert.equal(unknown.status, 404);
});

Deno.test("an upload's metadata is checked before its bytes are sent", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const store = await storeOf(caller);
  const items = (length: number) => Array.from({ length }, () => ({ key: "k", stringValue: "v" }));
  const statuses = [];
  for (
    const body of [
      { customMetadata: items(20), displayName: "x".repeat(512) },
      { customMetadata: items(21) },
      { customMetadata: [{ stringValue: "v" }] },
      { displayName: "x".repeat(513) },
      { noSuchField: 1 },
    ]
  ) statuses.push((await startUpload(caller, store, body)).status);
  assert.deepEqual(statuses, [200, 400, 400, 400, 400]);
});

Deno.test("an upload's document is pending until its operation is done, and counts in its store", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a", { project: "p" })] as const;
  emulator.stores("p").settings.processing = { reads: 2 };
  const store = await storeOf(caller);
  const metadata = [{ key: "year", numericValue: 2026 }];
  const operation = await added(caller, store, { displayName: "notes", customMetadata: metadata });
  assert.match(operation.name, new RegExp(`^${store}/upload/operations/[a-z0-9-]+$`));
  assert.deepEqual(Object.keys(operation), ["name"]);
  const pending = (await call(caller, `/v1beta/${store}`)).json;
  assert.deepEqual([pending.pendingDocumentsCount, pending.activeDocumentsCount], ["1", undefined]);
  const read = () => call(caller, `/v1beta/${operation.name}`);
  assert.deepEqual((await read()).json, { name: operation.name });
  await read();
  const { json: done } = await read();
  assert.equal(done.done, true);
  const { json: document } = await call(caller, `/v1beta/${done.response.documentName}`);
  const { state, displayName, customMetadata, sizeBytes, mimeType } = document;
  assert.deepEqual([state, displayName, sizeBytes, mimeType], [
    "STATE_ACTIVE",
    "notes",
    "5",
    "text/plain",
  ]);
  assert.deepEqual(customMetadata, metadata);
  const { json: active } = await call(caller, `/v1beta/${store}`);
  assert.deepEqual([active.activeDocumentsCount, active.sizeBytes], ["1", "5"]);
  emulator.stores("p").settings.processing = { end: "FAILED" };
  const failed = await added(caller, store);
  assert.equal((await call(caller, `/v1beta/${failed.name}`)).json.error.code, 3);
  assert.equal((await call(caller, `/v1beta/${store}`)).json.failedDocumentsCount, "1");
});

Deno.test("a file of the project is imported, and no other", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a", { project: "p" })] as const;
  const stranger = [emulator, emulator.addApiKey("b")] as const;
  const store = await storeOf(caller);
  const path = `/v1beta/${store}:importFile`;
  const { name: fileName } = await upload(caller);
  const operation = (await post(caller, path, { file_name: fileName })).json;
  assert.match(operation.name, new RegExp(`^${store}/operations/[a-z0-9-]+$`));
  assert.deepEqual(Object.keys(operation), ["name"]);
  const { json: done } = await call(caller, `/v1beta/${operation.name}`);
  assert.deepEqual(Object.keys(done.response).sort(), ["@type", "documentName", "parent"]);
  const processing = emulator.files("p").plant({ state: "PROCESSING" });
  const { name: foreign } = await upload(stranger);
  const many = Array.from({ length: 21 }, () => ({ key: "k", stringValue: "v" }));
  const refused: readonly (readonly [unknown, number])[] = [
    [{ fileName: foreign }, 403],
    [{ fileName: processing["name"] }, 400],
    [{ fileName: "x" }, 400],
    [{}, 400],
    [{ fileName, customMetadata: many }, 400],
    [{ fileName, customMetadata: [{ stringValue: "v" }] }, 400],
    [{ fileName, noSuchField: 1 }, 400],
  ];
  for (const [body, status] of refused) {
    assert.equal((await post(caller, path, body)).status, status, JSON.stringify(body));
  }
  assert.equal(emulator.stores("p").documents(store.split("/")[1] ?? "").length, 1);
});

Deno.test("stores and documents are listed in pages of at most 20, and a document is deleted by force", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a", { project: "p" })] as const;
  for (let nth = 0; nth < 25; nth++) emulator.stores("p").plant(`s${nth}`);
  const sizes = [];
  for (const query of ["", "?pageSize=100", "?page_size=3"]) {
    const { json } = await call(caller, `/v1beta/fileSearchStores${query}`);
    sizes.push([json.fileSearchStores.length, typeof json.nextPageToken]);
  }
  assert.deepEqual(sizes, [[10, "string"], [20, "string"], [3, "string"]]);
  const store = "fileSearchStores/s1";
  const documents: string[] = [];
  for (let nth = 0; nth < 3; nth++) {
    documents.push((await added(caller, store)).response.documentName);
  }
  const list = (query: string) => call(caller, `/v1beta/${store}/documents${query}`);
  const { json: first } = await list("?pageSize=2");
  const { json: last } = await list(`?pageToken=${first.nextPageToken}`);
  const names = [...first.documents, ...last.documents].map(({ name }) => name);
  assert.deepEqual(names, documents.toReversed());
  for (let nth = documents.length; nth < 21; nth++) await added(caller, store);
  assert.equal((await list("?pageSize=100")).json.documents.length, 20);
  const elsewhere = `/v1beta/fileSearchStores/s2/documents?pageToken=${first.nextPageToken}`;
  assert.equal((await call(caller, elsewhere)).status, 400);
  const path = `/v1beta/${documents[0]}`;
  const statuses = [];
  for (const query of ["", "?force=true", "?force=true"]) {
    statuses.push((await call(caller, path + query, { method: "DELETE" })).status);
  }
  assert.deepEqual(statuses, [400, 200, 403]);
  assert.equal((await list("?pageSize=20")).json.nextPageToken, undefined);
});

Deno.test("a store has a model of embeddings that exists, and a name of at most 512 characters", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const statuses = [];
  for (
    const body of [
      { embeddingModel: "models/gemini-embedding-2" },
      { embeddingModel: "models/gemini-2.5-flash" },
      { embeddingModel: "gemini-embedding-2" },
      { displayName: "x".repeat(512) },
      { displayName: "x".repeat(513) },
      { noSuchField: 1 },
    ]
  ) statuses.push((await post(caller, "/v1beta/fileSearchStores", body)).status);
  assert.deepEqual(statuses, [200, 404, 404, 200, 400, 400]);
});

Deno.test("a model searches the stores of its own project", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const other = emulator.addApiKey("b");
  emulator.stores("p").plant("s");
  const ask = async (key: string, names: readonly string[]) => {
    const response = await callWithKey(emulator, key, {
      model: "gemini-2.5-flash",
      method: "generateContent",
      body: {
        contents: [{ parts: [{ text: "hi" }] }],
        tools: [{ fileSearch: { file_search_store_names: names } }],
      },
    });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await ask(key, ["fileSearchStores/s"]), 200);
  assert.equal(await ask(other, ["fileSearchStores/s"]), 403);
  assert.equal(await ask(key, ["s"]), 400);
  assert.equal(await ask(key, []), 400);
});
