/** Videos, images and operations: what Google refuses, and how operations end. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { call, type FileCall } from "../files/file_calls.ts";

const VEO = "/v1beta/models/veo-3.1-generate-preview";
const IMAGEN = "/v1beta/models/imagen-4.0-generate-001";

function post(body: unknown): FileCall {
  return { method: "POST", body: JSON.stringify(body) };
}

/** Requests that Google refuses, and its words. */
const REFUSED: readonly (readonly [path: string, body: unknown, words: RegExp])[] = [
  [`${VEO}:predictLongRunning`, {}, /exactly one instance/],
  [`${VEO}:predictLongRunning`, { instances: [{}, {}] }, /exactly one instance/],
  [`${VEO}:predictLongRunning`, { instances: [{}] }, /requires a prompt/],
  [`${VEO}:predictLongRunning`, { instances: [{ prompt: "a", x: 1 }] }, /Unknown name "x"/],
  [
    `${VEO}:predictLongRunning`,
    { instances: [{ video: { gcsUri: "gs://a/b" } }] },
    /Unknown name "gcsUri"/,
  ],
  [
    `${VEO}:predictLongRunning`,
    { instances: [{ prompt: "a" }], parameters: { storageUri: "gs://a" } },
    /Unknown name "storageUri"/,
  ],
  [
    `${VEO}:predictLongRunning`,
    { instances: [{ prompt: "a" }], parameters: { sampleCount: 5 } },
    /between 1 and 4/,
  ],
  [
    `${VEO}:predictLongRunning`,
    { instances: [{ video: { uri: "files/none" } }] },
    /do not have permission to access the File none/,
  ],
  [
    `${VEO}:predictLongRunning`,
    { instances: [{ video: { uri: "http://127.0.0.1/v1beta/files/a" } }] },
    /unsupported file uri/,
  ],
  [`${VEO}:predict`, { instances: [{ prompt: "a" }] }, /is not supported for predict/],
  [`${IMAGEN}:predictLongRunning`, { instances: [] }, /is not supported for predictLongRunning/],
  [`${IMAGEN}:predict`, { instances: [] }, /exactly one instance/],
  [`${IMAGEN}:predict`, { instances: [{}] }, /requires a prompt/],
  [`${IMAGEN}:predict`, { instances: [{ prompt: "a" }], more: 1 }, /Unknown name "more"/],
];

Deno.test("Predictions refuse what Google refuses", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  for (const [path, body, words] of REFUSED) {
    const { status, json } = await call(caller, path, post(body));
    assert.ok(status >= 400 && status < 500, `${path} ${JSON.stringify(body)}`);
    assert.match(json.error.message, words);
  }
});

Deno.test("An operation belongs to its project, is in progress for some reads, and then ends", async () => {
  await using emulator = await startEmulator();
  const caller = [emulator, emulator.addApiKey("a")] as const;
  const stranger = [emulator, emulator.addApiKey("b")] as const;
  emulator.operations(emulator.projectOf("a")).run({ reads: 2 });
  const begun = await call(
    caller,
    `${VEO}:predictLongRunning`,
    post({ instances: [{ prompt: "a" }], parameters: { sampleCount: 2 } }),
  );
  const path = `/v1beta/${begun.json.name}`;
  assert.equal((await call(stranger, path)).status, 404);
  const done = [];
  for (let reads = 0; reads < 4; reads++) done.push((await call(caller, path)).json.done ?? false);
  assert.deepEqual(done, [false, false, true, true]);
  const { json } = await call(caller, path);
  const samples = json.response.generateVideoResponse.generatedSamples;
  assert.equal(samples.length, 2);
  // Reading an operation again makes no further files.
  assert.equal(emulator.files(emulator.projectOf("a")).list().length, 2);
  assert.deepEqual((await call(caller, `${VEO}/operations`)).json.operations, [json]);
  assert.deepEqual((await call(stranger, `${VEO}/operations`)).json, {});
});

Deno.test("Vertex AI reads an operation only by its model and its own project", async () => {
  await using emulator = await startEmulator();
  const { access_token: token } = await (await fetch(`${emulator.url}/token`, {
    method: "POST",
    body: new URLSearchParams(refreshOf(emulator.addUser("user", { project: "p" }))),
  })).json();
  const root = "/v1/projects/p/locations/us-central1/publishers/google/models";
  const headers = { authorization: `Bearer ${token}` };
  const ask = (path: string, body: unknown) =>
    call([emulator, ""], path, { ...post(body), headers });
  const request = { instances: [{ prompt: "a" }], parameters: { storageUri: "gs://b/" } };
  const veo = `${root}/veo-3.1-generate-preview`;
  const { json: { name: operationName } } = await ask(`${veo}:predictLongRunning`, request);
  await ask(`${veo}:fetchPredictOperation`, { operationName });
  const { json } = await ask(`${veo}:fetchPredictOperation`, { operationName });
  assert.match(json.response.videos[0].gcsUri, /^gs:\/\/b\/\w+\/sample_0\.mp4$/);
  for (
    const [name, status] of [
      ["", 400],
      ["projects/other/locations/us-central1/publishers/google/models/x/operations/1", 400],
      [operationName.replace("veo-3.1-generate-preview", "veo"), 400],
      [`${operationName}x`, 404],
    ] as const
  ) {
    const refused = await ask(`${veo}:fetchPredictOperation`, { operationName: name });
    assert.equal(refused.status, status, name);
  }
});

function refreshOf({ client_id, client_secret, refresh_token }: {
  readonly client_id: string;
  readonly client_secret: string;
  readonly refresh_token: string;
}): Record<string, string> {
  return { grant_type: "refresh_token", client_id, client_secret, refresh_token };
}
