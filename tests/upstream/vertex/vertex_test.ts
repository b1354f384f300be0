/** Vertex AI's calls: what is sent, what is given back, and every way to fail. @module */
import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { parseAnyCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { tokenSourceOf } from "../../../src/accounts/tokens/token_source_of.ts";
import { type Emulator, type Outcome, startEmulator } from "../../../src/emulator/emulator.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { AttemptBudget } from "../../../src/upstream/attempt_budget.ts";
import { outboundOf } from "../../../src/upstream/outbound.ts";
import { Vertex, type VertexAccess } from "../../../src/upstream/vertex/vertex.ts";
import { UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { startFakeUpstream } from "../../support/fake_upstream.ts";
import {
  callOf,
  countTokens,
  eventsOf,
  faultOf,
  generateContent,
  HELLO,
  parsed,
  streamGenerateContent,
  textOf,
  textsOf,
} from "../../support/upstream_call.ts";
import { RESPONSE } from "../../support/test_upstream.ts";

const METHODS = ["generateContent", "streamGenerateContent", "countTokens"] as const;
const MODEL = "/projects/p-1/locations/eu/publishers/google/models/gemini-2.5-flash";
const KEY_ACCESS: VertexAccess = { key: new Secret("planted-key") };

interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly upstream: Vertex;
}

/** The ways in which an account can prove itself. */
const WAYS: Readonly<Record<string, (emulator: Emulator) => VertexAccess>> = {
  "a service account": (emulator) =>
    accessOf(emulator.addServiceAccount("only", { project: "p-1" })),
  "a user": (emulator) => accessOf(emulator.addUser("only", { project: "p-1" })),
  "a workload": ({ federation }) => accessOf(federation.addWorkload("only")),
  "a workload that acts as a service account": ({ federation }) =>
    accessOf(federation.addWorkload("only", { actsIn: "p-1" })),
  "a user who acts as a service account": (emulator) => {
    const source = emulator.addUser("person");
    const by = { actor: "person", source, project: "p-1" };
    return accessOf(emulator.federation.addImpersonated("only", by));
  },
  "an express key": (emulator) => ({ key: new Secret(emulator.addExpressKey("only")) }),
};

function accessOf(file: unknown): VertexAccess {
  const credential = parseAnyCredentialsFile(JSON.stringify(file));
  return {
    place: { project: "p-1", location: "eu" },
    tokens: tokenSourceOf(credential, { clock: Date }),
  };
}

async function place(way = "a service account"): Promise<Place> {
  const emulator = await startEmulator();
  const access = (WAYS[way] ?? assert.fail(way))(emulator);
  return {
    emulator,
    upstream: new Vertex({
      baseUrls: [emulator.url],
      access,
      clock: Date,
      outbound: outboundOf({}),
    }),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

function keyedUpstreamAt(...baseUrls: string[]): Vertex {
  return new Vertex({ baseUrls, access: KEY_ACCESS, clock: Date, outbound: outboundOf({}) });
}

/** What reached Vertex AI: the token endpoint left out. */
function requestsOf({ emulator }: Place) {
  return emulator.requests.filter(({ path }) => path !== "/token");
}

for (const way of Object.keys(WAYS)) {
  Deno.test(`Every method works with ${way}, and sends its proof, Pollux's name and nothing else`, async () => {
    await using at = await place(way);
    const { upstream } = at;
    assert.match(textOf(await generateContent(upstream, callOf(HELLO))), /made up/);
    const events = await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
    assert.match(textsOf(events).join(""), /made up/);
    const count = parsed(await countTokens(upstream, callOf(HELLO)));
    assert.ok(count.totalTokens > 0 && count.totalBillableCharacters > 0);
    const models = await upstream.list("models", callOf(HELLO).signal);
    assert.ok(models.some(({ name }) => name === "models/gemini-2.5-pro"));
    const requests = requestsOf(at).filter(({ path }) => path.includes("/publishers/"));
    assert.equal(requests.length, 4);
    assert.ok(requests.every(({ account }) => account === "only"));
    const usual = ["accept", "accept-encoding", "accept-language", "content-length", "host"];
    for (const { headers, path } of requests) {
      const { authorization, "x-goog-api-key": key, "user-agent": agent, ...rest } = Object
        .fromEntries(headers);
      assert.equal(agent, `pollux/${manifest.version}`);
      const proofs = [authorization?.startsWith("Bearer ya29."), key?.startsWith("AQ.")];
      assert.deepEqual(proofs, way === "an express key" ? [undefined, true] : [true, undefined]);
      const others = Object.keys(rest).filter((name) => !usual.includes(name));
      assert.deepEqual(others, ["content-type"], path);
    }
  });
}

Deno.test("The client's version decides on Vertex AI's, and a project's models are below it", async () => {
  await using at = await place();
  const { upstream } = at;
  await generateContent(upstream, callOf(HELLO, { version: "v1" }));
  await eventsOf(await streamGenerateContent(upstream, callOf(HELLO, { version: "v1beta" })));
  await countTokens(upstream, callOf(HELLO, { version: "v1alpha" }));
  await upstream.list("models", callOf(HELLO).signal);
  assert.deepEqual(
    requestsOf(at).map(({ method, path, query }) => `${method} ${path}?${query}`),
    [
      `POST /v1${MODEL}:generateContent?`,
      `POST /v1beta1${MODEL}:streamGenerateContent?alt=sse`,
      `POST /v1beta1${MODEL}:countTokens?`,
      "GET /v1beta1/publishers/google/models?pageSize=100",
    ],
  );
});

Deno.test("Express mode names neither project nor location", async () => {
  await using at = await place("an express key");
  await generateContent(at.upstream, callOf(HELLO));
  assert.deepEqual(
    at.emulator.requests.map(({ path }) => path),
    ["/v1beta1/publishers/google/models/gemini-2.5-flash:generateContent"],
  );
});

Deno.test("What only the Gemini API lets a client leave out or say is mended on the way", async () => {
  await using at = await place();
  const { upstream } = at;
  const contents = [{ parts: [{ text: "Hello" }] }];
  const model = "models/gemini-2.5-flash";
  assert.ok(textOf(await generateContent(upstream, callOf({ contents, model }))));
  const few = parsed(await countTokens(upstream, callOf({ contents, model })));
  const generateContentRequest = {
    model,
    contents,
    systemInstruction: { parts: [{ text: "Be brief, and say so often" }] },
    safetySettings: [],
  };
  const more = parsed(
    await countTokens(upstream, callOf({ generateContentRequest })),
  );
  assert.ok(more.totalTokens > few.totalTokens);
});

Deno.test("Every method leaves out the conversation's id, names the project that is billed, and is closed", async () => {
  await using at = await place();
  let closed = 0;
  const outbound = { ...outboundOf({ quotaProject: "billed-1" }), close: () => void closed++ };
  const access: VertexAccess = { key: new Secret(at.emulator.addExpressKey("express")) };
  const upstream = new Vertex({ baseUrls: [at.emulator.url], access, clock: Date, outbound });
  const call = () => callOf({ ...HELLO, sessionId: "s", session_id: "s" });
  await generateContent(upstream, call());
  await eventsOf(await streamGenerateContent(upstream, call()));
  await countTokens(upstream, call());
  await upstream.list("models", call().signal);
  const requests = requestsOf(at);
  assert.equal(requests.length, 4);
  for (const { headers, rawBody } of requests) {
    assert.equal(headers.get("x-goog-user-project"), "billed-1");
    assert.doesNotMatch(rawBody, /session/);
  }
  upstream.close();
  assert.equal(closed, 1);
});

Deno.test("A stream tells its listener of an error within it", async () => {
  const error = { code: 503, message: "Busy", status: "UNAVAILABLE" };
  const events = [RESPONSE, { error }].map((event) => `data: ${JSON.stringify(event)}\n\n`);
  await using server = startFakeUpstream(() => new Response(events.join("")));
  const faults: string[] = [];
  const listener = {
    onBytes() {},
    onFault: ({ message }: UpstreamFault) => void faults.push(message),
  };
  const upstream = keyedUpstreamAt(server.url);
  await eventsOf(await streamGenerateContent(upstream, callOf(HELLO, { listener })));
  assert.deepEqual(faults, ["Busy"]);
});

Deno.test("A response keeps what only Vertex AI says", async () => {
  await using at = await place();
  const response = parsed(await generateContent(at.upstream, callOf(HELLO)));
  assert.ok(response.createTime);
  assert.equal(response.usageMetadata.trafficType, "ON_DEMAND");
  const [event] = await eventsOf(await streamGenerateContent(at.upstream, callOf(HELLO)));
  assert.ok(event?.type === "data" && parsed(event.json).createTime);
});

Deno.test("generateContent() and countTokens() give an answer byte for byte", async () => {
  const bytes = '{ "candidates":[],\t"n": 12345678901234567890 }\n';
  const headers = { "content-type": "application/json; charset=UTF-8" };
  await using server = startFakeUpstream(() => new Response(bytes, { headers }));
  const upstream = keyedUpstreamAt(server.url);
  for (const call of [generateContent, countTokens]) {
    const response = await call(upstream, callOf(HELLO));
    assert.equal(new TextDecoder().decode(response), bytes);
  }
});

Deno.test("streamGenerateContent() gives each event as it comes", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const chunks = ["one ", "zwei 😀 ", "three"];
  emulator.script("only", [
    { type: "ok", chunks, splitUtf8: true },
    { type: "ok", chunks, holdAfter: 1 },
  ]);
  const events = await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
  assert.deepEqual(textsOf(events), chunks);
  const stream = await streamGenerateContent(upstream, callOf(HELLO));
  emulator.release();
  assert.ok((await eventsOf(stream)).length > 0);
});

Deno.test("Models of other publishers and deployed ones are reached by their names", async () => {
  await using server = startFakeUpstream(() => Response.json(RESPONSE));
  const upstream = new Vertex({
    baseUrls: [server.url],
    clock: Date,
    outbound: outboundOf({}),
    access: {
      place: { project: "p-1", location: "eu" },
      tokens: { token: () => Promise.resolve("t"), invalidate() {} },
    },
  });
  for (const model of ["meta/llama", "endpoints/1", "projects/p/locations/l/endpoints/2"]) {
    await generateContent(upstream, callOf(HELLO, { model }));
  }
  assert.deepEqual(server.requests.map(({ url }) => url.pathname), [
    "/v1beta1/projects/p-1/locations/eu/publishers/meta/models/llama:generateContent",
    "/v1beta1/projects/p-1/locations/eu/endpoints/1:generateContent",
    "/v1beta1/projects/p/locations/l/endpoints/2:generateContent",
  ]);
});

Deno.test("list() goes through all pages", async () => {
  const pages: Readonly<Record<string, unknown>> = {
    "": { publisherModels: [{ name: "publishers/google/models/a" }, null], nextPageToken: "2" },
    "2": { publisherModels: [{ name: "publishers/google/models/b", extra: 1 }] },
  };
  await using server = startFakeUpstream((url) =>
    Response.json(pages[url.searchParams.get("pageToken") ?? ""])
  );
  const models = await keyedUpstreamAt(server.url).list("models", callOf(HELLO).signal);
  assert.deepEqual(models.map(({ name, extra }) => [name, extra]), [
    ["models/a", undefined],
    ["models/b", 1],
  ]);
});

const FAILURES: readonly (readonly [
  outcome: Outcome,
  scope: UpstreamFault["scope"],
  code: number,
  words: RegExp,
  delayMs?: number,
])[] = [
  ["403-disabled", "account", 403, /^Vertex AI API has not been used in project p-1/],
  ["404", "model", 404, /^Publisher Model `projects\/p-1\/locations\/eu\/publishers\/google\/mod/],
  ["429-bare", "account-model", 429, /^Resource exhausted\. Please try again later\./],
  [{ type: "429-short", delayMs: 1500 }, "account-model", 429, /^Quota exceeded for/, 1500],
  ["500", "transient", 500, /^Internal error/],
  ["503", "transient", 503, /overloaded/],
  ["html-502", "transient", 502, /^Upstream returned HTTP 502 without a reason$/],
  ["reset", "transient", 503, /^The connection to http:\/\/127\.0\.0\.1:\d+ failed/],
];

for (const [outcome, scope, code, words, delayMs] of FAILURES) {
  const name = typeof outcome === "string" ? outcome : outcome.type;
  Deno.test(`Every method rejects with a fault (${scope}) when Vertex AI answers ${name}`, async () => {
    await using at = await place();
    const { emulator, upstream } = at;
    emulator.always("only", outcome);
    for (const method of METHODS) {
      const fault = await faultOf(upstream.call(callOf(HELLO, { method })));
      assert.equal(fault.scope, scope, method);
      assert.equal(fault.rpc.code, code);
      assert.match(fault.rpc.message, words);
      assert.equal(fault.delayMs, delayMs);
    }
  });
}

Deno.test("A project that is not the account's is the account's fault", async () => {
  await using at = await place();
  const { emulator } = at;
  const credential = emulator.addServiceAccount("other", { project: "p-2" });
  const upstream = new Vertex({
    baseUrls: [emulator.url],
    access: accessOf(credential),
    clock: Date,
    outbound: outboundOf({}),
  });
  const fault = await faultOf(generateContent(upstream, callOf(HELLO)));
  assert.equal(fault.scope, "account");
  assert.match(
    fault.rpc.message,
    /^Permission 'aiplatform\.endpoints\.predict' denied on resource/,
  );
});

Deno.test("A model by the name of another project's resource is the request's fault", async () => {
  const words =
    "Permission 'aiplatform.endpoints.predict' denied on resource (or it may not exist).";
  const error = { code: 403, message: words, status: "PERMISSION_DENIED" };
  await using google = startFakeUpstream(() => Response.json({ error }, { status: 403 }));
  const upstream = keyedUpstreamAt(google.url);
  const models = {
    "projects/p-2/locations/eu/publishers/google/models/gemini-2.5-pro": "named",
    "projects/p-2/locations/eu/endpoints/1": "named",
    "endpoints/1": "named",
    "gemini-2.5-pro": "account",
    "meta/llama": "account",
  };
  for (const [model, scope] of Object.entries(models)) {
    for (const method of METHODS) {
      const fault = await faultOf(upstream.call(callOf(HELLO, { method, model })));
      assert.deepEqual([fault.scope, fault.rpc.code], [scope, 403], model);
      assert.equal(fault.rpc.message, words);
    }
  }
});

Deno.test("An express key that Google does not know is the account's fault, and is not shown", async () => {
  await using at = await place();
  const fault = await faultOf(generateContent(keyedUpstreamAt(at.emulator.url), callOf(HELLO)));
  assert.deepEqual([fault.scope, fault.rpc.code], ["account", 400]);
  assert.doesNotMatch(JSON.stringify(fault.rpc), /planted/);
});

Deno.test("A token that was revoked is replaced, as with every account that has tokens", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  await generateContent(upstream, callOf(HELLO));
  emulator.revokeTokens("only");
  const budget = new AttemptBudget(3);
  const response = await generateContent(upstream, callOf(HELLO, { budget }));
  assert.ok(textOf(response));
  assert.equal(budget.taken, 2);
  assert.equal(emulator.tokenRequests("only"), 2);
});

Deno.test("A service account whose key was deleted says what to do", async () => {
  await using at = await place();
  at.emulator.revokeUser("only");
  const fault = await faultOf(generateContent(at.upstream, callOf(HELLO)));
  assert.deepEqual([fault.scope, fault.rpc.status], ["account", "UNAUTHENTICATED"]);
  assert.match(fault.rpc.message, /Invalid JWT Signature.*make a new key for the service account/);
});

Deno.test("A second address is asked when the first is out of order, and both are counted", async () => {
  await using at = await place("an express key");
  await using broken = startFakeUpstream(() => new Response("<html>", { status: 502 }));
  const access = { key: new Secret(at.emulator.addExpressKey("two")) };
  const upstream = new Vertex({
    baseUrls: [broken.url, at.emulator.url],
    access,
    clock: Date,
    outbound: outboundOf({}),
  });
  const budget = new AttemptBudget(3);
  const response = await generateContent(upstream, callOf(HELLO, { budget }));
  assert.ok(textOf(response));
  assert.equal(budget.taken, 2);
});

Deno.test("A call that is aborted rejects with the reason itself, also while it waits for a token", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const gone = new UpstreamFault("client", new RpcError("CANCELLED", "The client went away"));
  for (const filter of [{ method: "token" }, {}]) {
    emulator.clear();
    emulator.script("only", ["hang"], filter);
    const controller = new AbortController();
    const work = faultOf(generateContent(upstream, callOf(HELLO, { signal: controller.signal })));
    const isHung = filter.method === undefined ? /:generateContent$/ : /^\/token$/;
    await emulator.waitForRequest(({ path }) => isHung.test(path));
    controller.abort(gone);
    assert.equal(await work, gone);
    emulator.release();
  }
});
