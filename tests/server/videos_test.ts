/** Videos through the gateway: begun, polled and downloaded at the account that makes them. @module */
import assert from "node:assert/strict";
import type { AccountKind } from "../../src/gemini/api/account_kinds.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { errorOf } from "../support/gemini_call.ts";

const VEO = "veo-3.1-generate-preview";
const PLACE = "projects/any-project/locations/us-central1";
const MODEL = `/v1beta/models/${VEO}`;
const PROMPT = { instances: [{ prompt: "A cat" }] };
const GEMINI_TYPE =
  "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse";
const VERTEX_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse";

async function startBed(accounts: Readonly<Record<string, AccountKind>> = { one: "gemini-api" }) {
  const gateway = await startEmulatedGateway({
    accounts,
    settings: { routing: { strategy: "balance" } },
  });
  function call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(gateway.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  return {
    gateway,
    emulator: gateway.emulator,
    call,
    begin: (body: unknown = PROMPT) => call("POST", `${MODEL}:predictLongRunning`, body),
    fetchOperation: (operationName: string) =>
      call("POST", `/v1beta1/${operationName.split("/operations/")[0]}:fetchPredictOperation`, {
        operationName,
      }),
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

async function jsonOf(response: Response) {
  const json = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  return json;
}

/** Reads an operation until it is done. */
async function ended(read: () => Promise<Response>) {
  for (let reads = 0; reads < 5; reads++) {
    const operation = await jsonOf(await read());
    if (operation.done) return operation;
  }
  assert.fail("The operation does not end");
}

Deno.test("A video is begun, polled, and downloaded through the gateway", async () => {
  await using bed = await startBed();
  const { name } = await jsonOf(await bed.begin());
  assert.match(name, new RegExp(`^models/${VEO}/operations/\\w+$`));
  assert.deepEqual(await jsonOf(await bed.call("GET", `/v1beta/${name}`)), { name });
  const { response } = await ended(() => bed.call("GET", `/v1beta/${name}`));
  assert.equal(response["@type"], GEMINI_TYPE);
  const [{ video }] = response.generateVideoResponse.generatedSamples;
  assert.ok(video.uri.startsWith(`${bed.gateway.url}/v1beta/files/`), video.uri);
  const download = await fetch(video.uri);
  assert.equal(download.headers.get("content-type"), "video/mp4");
  assert.match(await download.text(), /ftypmp42/);
});

Deno.test("Polls and downloads go to the account that makes the video", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api", three: "gemini-api" });
  const makers = new Set<string | null>();
  for (let nth = 0; nth < 9; nth++) {
    const begun = await bed.begin();
    const { name } = await jsonOf(begun);
    const maker = begun.headers.get("x-pollux-account");
    makers.add(maker);
    const poll = await bed.call("GET", `/v1beta/${name}`);
    assert.equal(poll.headers.get("x-pollux-account"), maker);
    await jsonOf(poll);
    const { response } = await ended(() => bed.call("GET", `/v1beta/${name}`));
    const [{ video }] = response.generateVideoResponse.generatedSamples;
    const seen = bed.emulator.requests.length;
    const download = await fetch(video.uri);
    await download.body?.cancel();
    assert.deepEqual([download.status, download.headers.get("x-pollux-account")], [200, maker]);
    // Its owner was known: no other account was asked for it.
    assert.equal(bed.emulator.requests.length, seen + 1);
    // The video is extended where it is, and Google gets its own address.
    const extended = await bed.begin({ instances: [{ prompt: "More", video }] });
    assert.equal(extended.headers.get("x-pollux-account"), maker);
    await jsonOf(extended);
    const { instances: [{ video: sent }] } = Object(bed.emulator.requests.at(-1)?.body);
    assert.equal(
      sent.uri,
      `https://generativelanguage.googleapis.com${new URL(video.uri).pathname}?alt=media`,
    );
  }
  assert.ok(makers.size > 1, "All videos were made by one account");
});

Deno.test("An operation that began before the gateway knew it is found by a read", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  const name = `models/${VEO}/operations/planted`;
  bed.emulator.operations(bed.emulator.projectOf("two")).plant(name, {});
  const found = await bed.call("GET", `/v1beta/${name}`);
  assert.equal(found.headers.get("x-pollux-account"), "two");
  await jsonOf(found);
  const absent = await errorOf(await bed.call("GET", `/v1beta/${name}x`));
  assert.deepEqual([absent.code, absent.message], [404, "Requested entity was not found."]);
});

Deno.test("The client gets Google's error of a video that failed", async () => {
  await using bed = await startBed();
  const error = { code: 3, message: "The prompt was refused" };
  bed.emulator.operations(bed.emulator.projectOf("one")).run({ reads: 0, error });
  const { name } = await jsonOf(await bed.begin());
  assert.deepEqual(await jsonOf(await bed.call("GET", `/v1beta/${name}`)), {
    name,
    done: true,
    error,
  });
});

Deno.test("Pollux tries another account for a video only if upstream did nothing", async () => {
  for (const [outcome, status, requests] of [["429-daily", 200, 2], ["500", 500, 1]] as const) {
    await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
    let calls = 0;
    for (const name of ["one", "two"]) {
      const rule = () => calls++ === 0 ? outcome : "ok";
      bed.emulator.always(name, rule, { method: "predictLongRunning" });
    }
    const response = await bed.begin();
    await response.body?.cancel();
    assert.deepEqual([response.status, calls], [status, requests]);
  }
});

Deno.test("The operations of all accounts are one list, with addresses at the gateway", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  const made: string[] = [];
  for (let nth = 0; nth < 5; nth++) {
    const { name } = await jsonOf(await bed.begin());
    await ended(() => bed.call("GET", `/v1beta/${name}`));
    made.push(name);
  }
  const listed: string[] = [];
  let pageToken = "";
  do {
    const query = `?pageSize=2${pageToken && `&pageToken=${pageToken}`}`;
    const page = await jsonOf(await bed.call("GET", `${MODEL}/operations${query}`));
    assert.doesNotMatch(JSON.stringify(page), /googleapis\.com\/v1beta\/files/);
    for (const { name } of page.operations) listed.push(name);
    pageToken = page.nextPageToken ?? "";
  } while (pageToken !== "");
  assert.deepEqual(listed.toSorted(), made.toSorted());
});

Deno.test("A client of the Gemini API polls a video of Vertex AI under its own name", async () => {
  await using bed = await startBed({ one: "vertex", two: "vertex" });
  const image = { inlineData: { mimeType: "image/png", data: "AAAA" } };
  const video = { encodedVideo: "BBBB", encoding: "video/mp4" };
  const instance = { prompt: "A cat", image, video, referenceImages: [{ image }] };
  const begun = await bed.begin({ instances: [instance] });
  const maker = begun.headers.get("x-pollux-account");
  const { name } = await jsonOf(begun);
  assert.match(name, new RegExp(`^projects/.+/publishers/google/models/${VEO}/operations/.+$`));
  const sent = Object(bed.emulator.requests.at(-1)?.body).instances[0];
  const bytes = { mimeType: "image/png", bytesBase64Encoded: "AAAA" };
  assert.deepEqual(sent, {
    prompt: "A cat",
    image: bytes,
    video: { bytesBase64Encoded: "BBBB", mimeType: "video/mp4" },
    referenceImages: [{ image: bytes }],
  });
  const poll = await bed.call("GET", `/v1beta/${name}`);
  assert.equal(poll.headers.get("x-pollux-account"), maker);
  assert.deepEqual(await jsonOf(poll), { name });
  const { response } = await ended(() => bed.call("GET", `/v1beta/${name}`));
  assert.equal(response["@type"], GEMINI_TYPE);
  const { generatedSamples, raiMediaFilteredCount } = response.generateVideoResponse;
  assert.equal(raiMediaFilteredCount, 0);
  assert.deepEqual(Object.keys(generatedSamples[0].video), ["encodedVideo", "encoding"]);
  const polls = bed.emulator.requests.slice(-2).map(({ method, path }) => `${method} ${path}`);
  const path = `/v1beta1/${name.split("/operations/")[0]}:fetchPredictOperation`;
  assert.deepEqual(polls, [`POST ${path}`, `POST ${path}`]);
  assert.deepEqual(bed.gateway.problems, []);
});

Deno.test("A client of Vertex AI polls a video of Vertex AI, byte for byte", async () => {
  await using bed = await startBed({ one: "vertex", two: "vertex" });
  const path = `/v1beta1/${PLACE}/publishers/google/models/${VEO}:predictLongRunning`;
  const parameters = { storageUri: "gs://bucket/videos", sampleCount: 2 };
  const begun = await bed.call("POST", path, { ...PROMPT, parameters });
  const maker = begun.headers.get("x-pollux-account");
  const { name } = await jsonOf(begun);
  const poll = await bed.fetchOperation(name);
  assert.equal(poll.headers.get("x-pollux-account"), maker);
  assert.equal(poll.headers.get("x-pollux-attempts"), "1");
  assert.deepEqual(await jsonOf(poll), { name });
  const { response } = await ended(() => bed.fetchOperation(name));
  assert.equal(response["@type"], VERTEX_TYPE);
  assert.equal(response.videos.length, 2);
  assert.match(response.videos[0].gcsUri, /^gs:\/\/bucket\/videos\//);
});

Deno.test("A client of Vertex AI polls a video of the Gemini API, and can extend it", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "gemini-api" });
  const root = `/v1beta1/${PLACE}`;
  const path = `${root}/publishers/google/models/${VEO}:predictLongRunning`;
  const begun = await bed.call("POST", path, PROMPT);
  const maker = begun.headers.get("x-pollux-account");
  const { name: operationName } = await jsonOf(begun);
  const model = operationName.split("/operations/")[0];
  const read = () => bed.call("POST", `${root}/${model}:fetchPredictOperation`, { operationName });
  const { response } = await ended(read);
  assert.equal(response["@type"], VERTEX_TYPE);
  const [video] = response.videos;
  assert.ok(video.gcsUri.startsWith(bed.gateway.url), video.gcsUri);
  const extended = await bed.call("POST", path, { instances: [{ prompt: "More", video }] });
  assert.equal(extended.headers.get("x-pollux-account"), maker);
  await jsonOf(extended);
  const { instances: [sent] } = Object(bed.emulator.requests.at(-1)?.body);
  assert.match(sent.video.uri, /^https:\/\/generativelanguage\.googleapis\.com\/v1beta\/files\//);
  const missing = await errorOf(
    await bed.call("POST", `${root}/${model}:fetchPredictOperation`, {}),
  );
  assert.deepEqual([missing.code, missing.status], [400, "INVALID_ARGUMENT"]);
});

Deno.test("Images are predicted by both kinds of account", async () => {
  for (const kind of ["gemini-api", "vertex"] as const) {
    await using bed = await startBed({ one: kind });
    const { predictions } = await jsonOf(
      await bed.call("POST", "/v1beta/models/imagen-4.0-generate-001:predict", {
        instances: [{ prompt: "A cat" }],
        parameters: { sampleCount: 2 },
      }),
    );
    assert.deepEqual(predictions.map(({ mimeType }: { mimeType: string }) => mimeType), [
      "image/png",
      "image/png",
    ]);
  }
});

Deno.test("Texts are embedded by predictions of Vertex AI", async () => {
  await using bed = await startBed({ one: "gemini-api", two: "vertex" });
  const path = `/v1beta1/${PLACE}/publishers/google/models/gemini-embedding-001:predict`;
  const response = await bed.call("POST", path, { instances: [{ content: "Hello" }] });
  assert.equal(response.headers.get("x-pollux-account"), "two");
  const { predictions } = await jsonOf(response);
  assert.equal(predictions[0].embeddings.values.length, 3072);
});
