/**
 * The emulator's schema, held against what real Google was asked and answered.
 *
 * @module
 */
import assert from "node:assert/strict";
import { findModel } from "../../src/emulator/models/catalogue.ts";
import { isJsonObject } from "../../src/base/json.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { checkMessage } from "../../src/emulator/schema/proto_check.ts";
import { type Flavour, MESSAGES } from "../../src/emulator/schema/proto_schema.ts";
import {
  eventsOf,
  readRecordedCalls,
  type RecordedCall,
  uploadRequestHeaders,
} from "../recordings/recorded_calls.ts";
import { readRecordedSessions } from "../recordings/recorded_sessions.ts";
import { callWithKey } from "./calls.ts";
import { call, type ReadResponse } from "./files/file_calls.ts";
import { bearer, callVertex, serviceAccountToken } from "./vertex_calls.ts";

/** What each recorded method is asked with, and answers with where it succeeds. */
const METHODS: Readonly<Record<string, readonly [request: string, response: string]>> = {
  generateContent: ["GenerateContentRequest", "GenerateContentResponse"],
  streamGenerateContent: ["GenerateContentRequest", "GenerateContentResponse"],
  countTokens: ["CountTokensRequest", "CountTokensResponse"],
  embedContent: ["EmbedContentRequest", "EmbedContentResponse"],
  batchEmbedContents: ["BatchEmbedContentsRequest", "BatchEmbedContentsResponse"],
  predict: ["PredictRequest", "PredictResponse"],
  "POST cachedContents": ["CachedContent", "CachedContent"],
  "DELETE cachedContents/*": ["Empty", "Empty"],
  "POST fileSearchStores": ["FileSearchStore", "FileSearchStore"],
  "DELETE fileSearchStores/*": ["Empty", "Empty"],
  uploadToFileSearchStore: ["UploadToFileSearchStoreRequest", "UploadToFileSearchStoreOperation"],
  "GET models": ["Empty", "Empty"],
};

/** The methods that the emulator's models have. */
const MODEL_METHODS =
  /^(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents|predict)$/;

/** Recorded requests that Google accepted and that models answer. */
const ACCEPTED = 465;

/** Recorded responses to embeddings that count tokens or characters. */
const EMBEDDINGS = 13;

/** Frames of all sessions. */
const FRAMES = 485;

const calls = await readRecordedCalls();

function flavourOf({ service }: RecordedCall): Flavour {
  return service === "aiplatform" ? "vertex" : "dev";
}

/** The messages of a call's request and response. */
function messagesFor(call: RecordedCall): readonly [request: string, response: string] {
  const [request, response] = METHODS[call.method] ?? [];
  assert.ok(request !== undefined && response !== undefined, call.method);
  const isVertexEmbedding = call.method === "embedContent" && flavourOf(call) === "vertex";
  return [isVertexEmbedding ? "VertexEmbedContentRequest" : request, response];
}

/** The messages that a body holds: none, one, or the events of a stream. */
function messagesOf(body: string): readonly unknown[] {
  if (body === "") return [];
  return (body.startsWith("data: ") ? eventsOf(body) : [body]).map((json) => JSON.parse(json));
}

/** What is wrong with messages, in Google's words; empty where nothing is. */
function faults(
  messages: readonly unknown[],
  schema: { readonly message: string; readonly flavour: Flavour },
): readonly string[] {
  return messages.flatMap((message) => checkMessage(message, schema).violations)
    .map(({ description }) => description);
}

/** A model of the emulator's for one that it does not have: of the same generation, with its rules. */
function emulatedModel(model: string): string {
  if (findModel(model, "generativelanguage.googleapis.com") !== undefined) return model;
  return /^gemini-(?:3|flash-latest)/.test(model) ? "gemini-3.6-flash" : "gemini-2.5-flash";
}

/** The ids of the files, or of the stores, that recorded prompts name. */
function recordedIds(pattern: RegExp): ReadonlySet<string> {
  const named = calls.flatMap(({ request }) => [...request.matchAll(pattern)]);
  return new Set(named.map(([, id = ""]) => id));
}

/** Makes the caches that were recorded; returns their names, by the recorded ones. */
async function makeRecordedCaches(
  emulator: Emulator,
  key: string,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const recorded of calls.filter(({ method }) => method === "POST cachedContents")) {
    const { json } = await replay([emulator, key], recorded);
    names.set(JSON.parse(recorded.response ?? "").name, json.name);
  }
  return names;
}

/** A recorded text with the emulator's names instead of Google's. */
function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return [...names].reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
}

/** Makes a recorded call, and compares the response's status and shape. */
async function replay(
  caller: readonly [Emulator, string],
  recorded: RecordedCall,
  names: ReadonlyMap<string, string> = new Map(),
): Promise<ReadResponse> {
  const { verb, request, source, status, target } = recorded;
  const body = request === "" ? {} : { body: request };
  const options = { method: verb, headers: uploadRequestHeaders(target), ...body };
  const response = await call(caller, withNames(target, names), options);
  assert.equal(response.status, status, `${source}: ${response.text}`);
  const returned = recorded.response || "null";
  assert.deepEqual(shapeOf(response.json ?? null), shapeOf(JSON.parse(returned)), source);
  return response;
}

/** The names of all members, sorted, and the types of their values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (!isJsonObject(value)) return typeof value;
  return Object.keys(value).sort().map((name) => [name, shapeOf(value[name])]);
}

Deno.test("The schema has every message that Google took and sent", () => {
  for (const call of calls) {
    const [request, response] = messagesFor(call);
    const flavour = flavourOf(call);
    // The content of an upload follows in a request of its own.
    const isContent = call.target.includes("upload_id=");
    const asked = isContent ? [] : messagesOf(call.request);
    assert.deepEqual(faults(asked, { message: request, flavour }), [], call.source);
    const answered = call.status === 200 ? messagesOf(call.response ?? "") : [];
    assert.deepEqual(faults(answered, { message: response, flavour }), [], call.source);
  }
});

Deno.test("The schema has every frame of the recorded Live sessions", async () => {
  let count = 0;
  for (const { source, frames } of await readRecordedSessions()) {
    const setup = JSON.stringify(frames[0]?.data);
    const flavour = setup.includes('"publishers/') ? "vertex" : "dev";
    for (const { direction, data } of frames) {
      const message = direction === "sent" ? "LiveClientMessage" : "LiveServerMessage";
      assert.deepEqual(faults([data], { message, flavour }), [], source);
      assert.ok(direction === "received" || Object.keys(data).length === 1, source);
      count++;
    }
  }
  assert.equal(count, FRAMES);
});

Deno.test("Every message refuses a field that it does not have", () => {
  const [name, flavours] = ["noSuchField", ["dev", "vertex"] as const];
  for (const message of Object.keys(MESSAGES)) {
    for (const flavour of flavours) {
      assert.deepEqual(faults([{ [name]: 1 }], { message, flavour }), [
        `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`,
      ]);
    }
  }
});

Deno.test("Every recorded request is refused with one unknown field more", () => {
  for (const call of calls.filter(({ request }) => request.startsWith("{"))) {
    const [message] = messagesFor(call);
    const changed = { ...JSON.parse(call.request), noSuchField: 1 };
    assert.equal(faults([changed], { message, flavour: flavourOf(call) }).length, 1, call.source);
  }
});

Deno.test("The emulator answers every request that Google's models answered, as the schema has it", async () => {
  await using emulator = await startEmulator({ record: false });
  const key = emulator.addApiKey("a", { project: "p" });
  const account = emulator.addServiceAccount("b");
  const headers = bearer(await serviceAccountToken(account));
  const place = `projects/${account.project_id}/locations/us-central1/`;
  const accepted = calls.filter(({ method, status, request }) =>
    MODEL_METHODS.test(method) && status === 200 && request !== ""
  );
  assert.equal(accepted.length, ACCEPTED);
  for (const id of recordedIds(/\/v1beta\/files\/([a-z0-9]+)"/g)) {
    emulator.files("p").plant({ id, source: "UPLOADED" });
  }
  for (const id of recordedIds(/"fileSearchStores\/([a-z0-9-]+)"/g)) emulator.stores("p").plant(id);
  const names = await makeRecordedCaches(emulator, key);
  let embeddings = 0;
  for (const call of accepted) {
    const { method } = call;
    const options = {
      model: emulatedModel(call.model),
      method,
      query: method === "streamGenerateContent" ? "?alt=sse" : "",
      body: JSON.parse(withNames(call.request, names)),
    };
    const response = call.service === "aiplatform"
      ? await callVertex(emulator, { ...options, headers, place })
      : await callWithKey(emulator, key, options);
    const body = await response.text();
    assert.equal(response.status, 200, `${call.source}: ${body}`);
    const [, message] = messagesFor(call);
    const found = faults(messagesOf(body), { message, flavour: flavourOf(call) });
    assert.deepEqual(found, [], call.source);
    // Google began to count the tokens of embeddings while the preview was recorded.
    if (!/"(?:usageMetadata|predictions)"/.test(call.response ?? "")) continue;
    if (!/embed|predict/i.test(method)) continue;
    const recorded = JSON.parse(call.response ?? "");
    assert.deepEqual(shapeOf(JSON.parse(body)), shapeOf(recorded), call.source);
    embeddings += 1;
  }
  assert.equal(embeddings, EMBEDDINGS);
});

Deno.test("The emulator makes and deletes caches in the shapes of Google", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a", { project: "p" });
  const names = await makeRecordedCaches(emulator, key);
  const deleted = calls.filter(({ method }) => method === "DELETE cachedContents/*");
  for (const recorded of deleted) await replay([emulator, key], recorded, names);
  assert.deepEqual([names.size, deleted.length], [1, 1]);
  assert.deepEqual(emulator.caches("p"), []);
});

Deno.test("The emulator takes uploads to file search stores in the shapes of Google", async () => {
  await using emulator = await startEmulator();
  const key = emulator.addApiKey("a");
  const names = new Map<string, string>();
  let uploads = 0;
  for (const recorded of calls.filter(({ target }) => target.includes("/fileSearchStores"))) {
    // Google had no embedding models to choose from when the older ones were recorded.
    const response = (recorded.response ?? "").replace(
      /("displayName": "[^"]*",)\n(?! *"embeddingModel)/,
      '$1\n"embeddingModel": "models/gemini-embedding-001",\n',
    );
    const { headers, json } = await replay([emulator, key], { ...recorded, response }, names);
    if (recorded.method === "POST fileSearchStores") {
      names.set(JSON.parse(response).name.split("/")[1], json.name.split("/")[1]);
    }
    const address = headers.get("x-goog-upload-url");
    if (address === null) continue;
    const id = new URL(address).searchParams.get("upload_id") ?? "";
    names.set(`recorded-${++uploads}`, id);
  }
  assert.equal(uploads, 4);
});
