/** The Gemini API's own calls: what is sent, what is given back, and every way to fail. @module */
import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { Secret } from "../../../src/accounts/secret.ts";
import { type Emulator, type Outcome, startEmulator } from "../../../src/emulator/emulator.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { AttemptBudget } from "../../../src/upstream/attempt_budget.ts";
import { GeminiApi } from "../../../src/upstream/gemini_api/gemini_api.ts";
import { outboundOf } from "../../../src/upstream/outbound.ts";
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

const KEY = "planted-key";

function upstreamAt(...baseUrls: string[]): GeminiApi {
  return new GeminiApi({ baseUrls, key: new Secret(KEY), clock: Date, outbound: outboundOf({}) });
}

/** An emulated Google with one account, and the way to it. */
async function place(): Promise<{ emulator: Emulator; upstream: GeminiApi } & AsyncDisposable> {
  const emulator = await startEmulator();
  emulator.addApiKey("only", { key: KEY });
  return {
    emulator,
    upstream: upstreamAt(emulator.url),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

Deno.test("generateContent() gives Google's answer as it is", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  emulator.script("only", [{ type: "ok", text: "Grüß Gott 😀" }]);
  const response = await generateContent(upstream, callOf(HELLO));
  assert.equal(textOf(response), "Grüß Gott 😀");
  assert.equal(parsed(response).modelVersion, "gemini-2.5-flash");
});

Deno.test("Every call carries the key in its one header, Pollux's own name and nothing else", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  await generateContent(upstream, callOf(HELLO));
  await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
  await countTokens(upstream, callOf(HELLO));
  await upstream.list("models", callOf(HELLO).signal);
  assert.equal(emulator.requests.length, 4);
  // What a runtime adds by itself tells nothing of the client.
  const usual = ["accept", "accept-encoding", "accept-language", "content-length", "host"];
  for (const { headers, query, path } of emulator.requests) {
    const { "x-goog-api-key": key, "user-agent": agent, "content-type": type, ...rest } = Object
      .fromEntries(headers);
    assert.equal(key, KEY);
    assert.equal(agent, `pollux/${manifest.version}`);
    assert.equal(type, "application/json");
    assert.deepEqual(Object.keys(rest).filter((name) => !usual.includes(name)), [], path);
    assert.ok(!query.toString().includes(KEY));
  }
});

Deno.test("Every call goes to the method's path under the client's version, its bytes untouched", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const body = '{ "contents":[{"parts":[ {"text":"\\u00e9"} ]}] }\n';
  await generateContent(upstream, callOf(body, { version: "v1" }));
  await eventsOf(await streamGenerateContent(upstream, callOf(body, { version: "v1alpha" })));
  await countTokens(upstream, callOf(body));
  assert.deepEqual(
    emulator.requests.map(({ method, path, query }) => `${method} ${path}?${query}`),
    [
      "POST /v1/models/gemini-2.5-flash:generateContent?",
      "POST /v1alpha/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
      "POST /v1beta/models/gemini-2.5-flash:countTokens?",
    ],
  );
  for (const { rawBody } of emulator.requests) assert.equal(rawBody, body);
});

Deno.test("A model id cannot leave its place in the path", async () => {
  await using upstreamServer = startFakeUpstream(() => Response.json(RESPONSE));
  const upstream = upstreamAt(upstreamServer.url);
  const { origin } = new URL(upstreamServer.url);
  await generateContent(upstream, callOf({}, { model: "a?key=b#c/%2e%2e/d" }));
  assert.equal(
    upstreamServer.requests[0]?.url.href,
    `${origin}/v1beta/models/a%3Fkey%3Db%23c/%252e%252e/d:generateContent`,
  );
});

Deno.test("The body names the model that the path names", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const model = "models/fast";
  await generateContent(upstream, callOf({ ...HELLO, model }));
  const counting = callOf({ generateContentRequest: { ...HELLO, model } });
  await countTokens(upstream, counting);
  const [generate, count] = emulator.requests.map(({ rawBody }) => JSON.parse(rawBody));
  assert.equal(generate.model, "models/gemini-2.5-flash");
  assert.equal(count.generateContentRequest.model, "models/gemini-2.5-flash");
});

Deno.test("streamGenerateContent() gives each event as it comes", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const chunks = ["one ", "zwei 😀 ", "three"];
  for (const lineEnd of ["crlf", "lf", "cr"] as const) {
    emulator.script("only", [{ type: "ok", chunks, lineEnd, splitUtf8: true }]);
    const events = await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
    assert.deepEqual(textsOf(events), chunks, lineEnd);
  }
});

Deno.test("streamGenerateContent() waits for the first content, and not for the end", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  emulator.script("only", [{ type: "ok", chunks: ["a", "b"], holdAfter: 1 }]);
  const stream = await streamGenerateContent(upstream, callOf(HELLO));
  emulator.release();
  assert.ok((await eventsOf(stream)).length > 0);
});

Deno.test("A stream that is given up ends the work upstream", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const chunks = Array<string>(50).fill("x");
  emulator.script("only", [{ type: "ok", chunks, chunkDelayMs: 100 }]);
  for await (const _ of await streamGenerateContent(upstream, callOf(HELLO))) break;
  const [request] = emulator.requests;
  await request?.finished;
  assert.equal(request?.aborted, true);
});

Deno.test("countTokens() gives Google's count", async () => {
  await using at = await place();
  const { totalTokens } = parsed(await countTokens(at.upstream, callOf(HELLO)));
  assert.ok(Number.isInteger(totalTokens) && totalTokens > 0);
});

Deno.test("list() gives every model with all of its fields", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const models = await upstream.list("models", callOf(HELLO).signal);
  const pro = models.find(({ name }) => name === "models/gemini-2.5-pro");
  assert.equal(pro?.["inputTokenLimit"], 1_048_576);
  assert.equal(pro?.["topK"], 64);
  assert.equal(emulator.requests[0]?.query.get("pageSize"), "1000");
});

Deno.test("list() goes through all pages, and drops what is no model", async () => {
  const pages: Readonly<Record<string, unknown>> = {
    "": { models: [{ name: "models/a" }, null, { displayName: "?" }], nextPageToken: "p 2&x" },
    "p 2&x": { nextPageToken: "p3" },
    p3: { models: [{ name: "models/b", extra: 1 }], nextPageToken: "" },
  };
  await using server = startFakeUpstream((url) =>
    Response.json(pages[url.searchParams.get("pageToken") ?? ""])
  );
  const models = await upstreamAt(server.url).list("models", callOf(HELLO).signal);
  assert.deepEqual(models, [{ name: "models/a" }, { name: "models/b", extra: 1 }]);
  assert.equal(server.requests.length, 3);
});

interface Failure {
  readonly outcome: Outcome;
  readonly scope: UpstreamFault["scope"];
  readonly code: number;
  readonly words: RegExp;
  readonly delayMs?: number;
}

const FAILURES: readonly Failure[] = [
  { outcome: "400-key-invalid", scope: "account", code: 400, words: /^API key not valid/ },
  { outcome: "403-disabled", scope: "account", code: 403, words: /it is disabled/ },
  { outcome: "404", scope: "model", code: 404, words: /is not found for API version v1beta/ },
  { outcome: "429-bare", scope: "account-model", code: 429, words: /^Resource has been exhausted/ },
  {
    outcome: { type: "429-short", delayMs: 1500 },
    scope: "account-model",
    code: 429,
    words: /./,
    delayMs: 1500,
  },
  { outcome: "500", scope: "transient", code: 500, words: /internal error/i },
  { outcome: "503", scope: "transient", code: 503, words: /overloaded/ },
  { outcome: "529", scope: "transient", code: 529, words: /./ },
  {
    outcome: "html-502",
    scope: "transient",
    code: 502,
    words: /^Upstream returned HTTP 502 without a reason$/,
  },
  {
    outcome: "reset",
    scope: "transient",
    code: 503,
    words: /^The connection to http:\/\/127\.0\.0\.1:\d+ failed: .*\. Try again in a moment$/,
  },
];

for (const { outcome, scope, code, words, delayMs } of FAILURES) {
  const name = typeof outcome === "string" ? outcome : outcome.type;
  Deno.test(`Every method rejects with a fault (${scope}) when Google answers ${name}`, async () => {
    await using at = await place();
    const { emulator, upstream } = at;
    emulator.always("only", outcome);
    const calls = [
      generateContent(upstream, callOf(HELLO)),
      streamGenerateContent(upstream, callOf(HELLO)),
      countTokens(upstream, callOf(HELLO)),
    ];
    for (const fault of await Promise.all(calls.map((call) => faultOf(call)))) {
      assert.equal(fault.scope, scope);
      assert.equal(fault.owner === "network", outcome === "reset");
      assert.equal(fault.rpc.code, code);
      assert.match(fault.rpc.message, words);
      assert.equal(fault.delayMs, delayMs);
      assert.doesNotMatch(fault.rpc.message, new RegExp(KEY));
    }
  });
}

Deno.test("An error body means the same as an object, as an array, and labelled as a stream", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  for (const body of ["object", "array", "event-stream"] as const) {
    emulator.script("only", [
      { type: "429-short", delayMs: 700, body },
      { type: "429-short", delayMs: 700, body },
    ]);
    const calls = [
      generateContent(upstream, callOf(HELLO)),
      streamGenerateContent(upstream, callOf(HELLO)),
    ];
    for (const fault of await Promise.all(calls.map((call) => faultOf(call)))) {
      assert.equal(fault.scope, "account-model", body);
      assert.equal(fault.rpc.status, "RESOURCE_EXHAUSTED");
      assert.equal(fault.delayMs, 700);
      assert.ok(fault.rpc.details.length > 0);
    }
  }
});

Deno.test("Retry-After counts where the body says nothing", async () => {
  await using server = startFakeUpstream(() =>
    new Response("Busy", { status: 503, headers: { "retry-after": "7" } })
  );
  const fault = await faultOf(generateContent(upstreamAt(server.url), callOf(HELLO)));
  assert.equal(fault.delayMs, 7_000);
  assert.equal(fault.rpc.message, 'Upstream returned HTTP 503: "Busy"');
});

Deno.test("A 200 that holds no response is a transient fault, final where it can't be read", async () => {
  const json = { "content-type": "application/json" };
  const empty = /^Upstream sent an empty response\. Try again in a moment$/;
  const unreadable = /^Upstream sent what is neither JSON nor an event stream of the Gemini API/;
  const responses: readonly (readonly [BodyInit | null, Record<string, string>, RegExp])[] = [
    ["", json, empty],
    [null, json, empty],
    ["{}", json, empty],
    ["<html>Welcome</html>", { "content-type": "text/html" }, unreadable],
  ];
  for (const [body, headers, what] of responses) {
    await using server = startFakeUpstream(() => new Response(body, { headers }));
    const fault = await faultOf(generateContent(upstreamAt(server.url), callOf(HELLO)));
    assert.equal(fault.scope, "transient");
    assert.match(fault.rpc.message, what);
    assert.equal(fault.isFinal, what === unreadable);
  }
});

Deno.test("A model list that is no list of models is a transient fault", async () => {
  await using server = startFakeUpstream(() => new Response("{nonsense}"));
  const fault = await faultOf(upstreamAt(server.url).list("models", callOf(HELLO).signal));
  assert.equal(fault.scope, "transient");
  assert.match(fault.rpc.message, /neither JSON nor an event stream/);
});

Deno.test("generateContent() gives a whole response or none: one that breaks off is a transient fault", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  emulator.script("only", [{ type: "reset-mid-stream", afterEvents: 1 }]);
  const fault = await faultOf(generateContent(upstream, callOf(HELLO)));
  assert.deepEqual([fault.scope, fault.owner], ["transient", "network"]);
});

Deno.test("A stream that breaks off is a transient fault after the events that came", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  emulator.script("only", [{ type: "reset-mid-stream", afterEvents: 1 }]);
  const stream = await streamGenerateContent(upstream, callOf(HELLO));
  const events: unknown[] = [];
  const broken = await faultOf((async () => {
    for await (const batch of stream) events.push(...batch);
  })());
  assert.equal(events.length, 1);
  assert.equal(broken.scope, "transient");
  assert.match(broken.rpc.message, /^The connection to http:\/\/127/);
});

Deno.test("An error inside a stream is an event, with Google's words", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  for (const raw of [false, true]) {
    emulator.script("only", [{ type: "error-mid-stream", afterEvents: 1, error: "503", raw }]);
    const events = await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
    assert.deepEqual(events.map(({ type }) => type), ["data", "error"], `raw: ${raw}`);
    const last = events.at(-1);
    assert.ok(last?.type === "error");
    assert.match(last.error.message, /overloaded/);
  }
});

Deno.test("A redirect is not followed: it would carry the key away", async () => {
  await using elsewhere = startFakeUpstream(() => Response.json({}));
  await using server = startFakeUpstream(() =>
    new Response(null, { status: 307, headers: { location: `${elsewhere.url}/steal` } })
  );
  const upstream = upstreamAt(server.url);
  const calls = [
    generateContent(upstream, callOf(HELLO)),
    streamGenerateContent(upstream, callOf(HELLO)),
    countTokens(upstream, callOf(HELLO)),
    upstream.list("models", callOf(HELLO).signal),
  ];
  for (const fault of await Promise.all(calls.map((call) => faultOf(call)))) {
    assert.equal(fault.scope, "transient");
    assert.equal(fault.rpc.code, 503);
    assert.match(fault.rpc.message, /HTTP 307/);
  }
  assert.equal(server.requests.length, 4);
  assert.equal(elsewhere.requests.length, 0);
});

Deno.test("A second address is asked when the first is out of order", async () => {
  await using at = await place();
  await using broken = startFakeUpstream(() => new Response("<html>", { status: 502 }));
  const upstream = upstreamAt("http://127.0.0.1:1", broken.url, at.emulator.url);
  const budget = new AttemptBudget(3);
  const response = await generateContent(upstream, callOf(HELLO, { budget }));
  assert.ok(textOf(response));
  assert.equal(budget.taken, 3);
  assert.ok((await upstream.list("models", callOf(HELLO).signal)).length > 0);
  const spent = callOf(HELLO, { budget: new AttemptBudget(2) });
  assert.equal((await faultOf(streamGenerateContent(upstream, spent))).rpc.code, 502);
});

Deno.test("A call that is aborted rejects with the reason itself, and ends the work upstream", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const gone = new UpstreamFault("client", new RpcError("CANCELLED", "The client went away"));
  for (const method of ["generateContent", "streamGenerateContent", "countTokens"] as const) {
    emulator.clear();
    emulator.script("only", ["hang"]);
    const controller = new AbortController();
    const work = faultOf(upstream.call(callOf(HELLO, { method, signal: controller.signal })));
    const request = await emulator.waitForRequest(() => true);
    controller.abort(gone);
    assert.equal(await work, gone);
    await request.finished;
    assert.equal(request.aborted, true);
  }
});

Deno.test("A stream that is aborted between events ends with the reason itself", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const gone = new UpstreamFault("client", new RpcError("CANCELLED", "The client went away"));
  emulator.script("only", [{ type: "ok", chunks: ["a", "b"], chunkDelayMs: 60_000 }]);
  const controller = new AbortController();
  const stream = await streamGenerateContent(
    upstream,
    callOf(HELLO, { signal: controller.signal }),
  );
  const work = faultOf((async () => {
    for await (const _ of stream) controller.abort(gone);
  })());
  assert.equal(await work, gone);
});
