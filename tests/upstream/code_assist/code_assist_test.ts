/** Calls through Code Assist: envelope, project, and every way to fail. @module */
import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { parseCredentialsFile } from "../../../src/accounts/credentials/credentials_file.ts";
import { AuthorizedUserTokens } from "../../../src/accounts/tokens/authorized_user_tokens.ts";
import {
  type Emulator,
  type Outcome,
  startEmulator,
  type UserOptions,
} from "../../../src/emulator/emulator.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { AttemptBudget } from "../../../src/upstream/attempt_budget.ts";
import { CodeAssist } from "../../../src/upstream/code_assist/code_assist.ts";
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

const PROJECT = "managed-project";
const USER_AGENT = `pollux/${manifest.version}`;
const NEVER = new AbortController().signal;

interface PlaceOptions extends UserOptions {
  /** The project that the user named; without it Code Assist is asked. */
  readonly given?: string;
  /** Where to send calls; the emulator when absent. */
  readonly baseUrls?: readonly string[];
}

interface Place extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly upstream: CodeAssist;
  /** The methods that were called, in order; `token` is a refresh. */
  methods(): string[];
}

/** An emulated Google with one user, and the way to it. */
async function place(options: PlaceOptions = {}): Promise<Place> {
  const { given, baseUrls, ...user } = options;
  const emulator = await startEmulator();
  const credentials = emulator.addUser("only", { project: PROJECT, ...user });
  const tokens = new AuthorizedUserTokens(parseCredentialsFile(JSON.stringify(credentials)), {
    clock: Date,
  });
  return {
    emulator,
    upstream: new CodeAssist({
      baseUrls: baseUrls ?? [emulator.url],
      tokens,
      project: given,
      clock: Date,
      outbound: outboundOf({}),
    }),
    methods: () => emulator.requests.map(({ path }) => path.replace(/^.*[:/]/, "")),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

Deno.test("generateContent() gives what is in the envelope", async () => {
  await using at = await place();
  at.emulator.script("only", [{ type: "ok", text: "Grüß Gott 😀" }]);
  const response = await generateContent(at.upstream, callOf(HELLO));
  assert.equal(textOf(response), "Grüß Gott 😀");
  assert.deepEqual(Object.keys(parsed(response)).filter((name) => name === "traceId"), []);
});

Deno.test("Every call carries the token, Pollux's own name and nothing of the client", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  await generateContent(upstream, callOf(HELLO));
  await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
  await countTokens(upstream, callOf(HELLO));
  await upstream.list("models", NEVER);
  const usual = ["accept", "accept-encoding", "accept-language", "content-length", "host"];
  const calls = emulator.requests.filter(({ path }) => path !== "/token");
  assert.equal(calls.length, 5);
  for (const { headers, path } of calls) {
    const { authorization, "user-agent": agent, "content-type": type, ...rest } = Object
      .fromEntries(headers);
    assert.match(authorization ?? "", /^Bearer ya29\.\S+$/);
    assert.equal(agent, USER_AGENT);
    assert.equal(type, "application/json");
    assert.deepEqual(Object.keys(rest).filter((name) => !usual.includes(name)), [], path);
  }
});

Deno.test("The envelope holds the model, the project, the request's id and the client's body", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const call = callOf({ ...HELLO, model: "models/fast", generationConfig: { seed: 1 } });
  await generateContent(upstream, call);
  await eventsOf(await streamGenerateContent(upstream, call));
  const sent = emulator.requests.filter(({ path }) => path.endsWith("enerateContent"));
  assert.deepEqual(sent.map(({ path, query }) => `${path}?${query}`), [
    "/v1internal:generateContent?",
    "/v1internal:streamGenerateContent?alt=sse",
  ]);
  for (const { rawBody } of sent) {
    assert.deepEqual(JSON.parse(rawBody), {
      model: "gemini-2.5-flash",
      project: PROJECT,
      requestId: "request-1",
      requestType: "agent",
      userAgent: USER_AGENT,
      request: { ...HELLO, generationConfig: { seed: 1 } },
    });
  }
});

Deno.test("streamGenerateContent() takes every event out of its envelope", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const chunks = ["one ", "zwei 😀 ", "three"];
  emulator.script("only", [{ type: "ok", chunks, splitUtf8: true }]);
  const events = await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
  assert.deepEqual(textsOf(events), chunks);
});

/** The way to a server that answers every call alike; its token comes from an emulator. */
async function answering(body: string): Promise<Place> {
  const server = startFakeUpstream(() => new Response(body));
  const at = await place({ given: PROJECT, baseUrls: [server.url] });
  return {
    ...at,
    async [Symbol.asyncDispose]() {
      await at[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

Deno.test("streamGenerateContent() passes over events without an answer, and keeps [DONE]", async () => {
  await using at = await answering(
    'data: {"traceId":"x"}\n\ndata: {"response": {"a":1.0} ,"traceId":"x"}\n\n' +
      'data: {"metadata":{}}\n\ndata: [DONE]\n\n',
  );
  const events = await eventsOf(await streamGenerateContent(at.upstream, callOf(HELLO)));
  assert.deepEqual(
    events.map((event) =>
      event.type === "data" ? new TextDecoder().decode(event.json) : event.type
    ),
    ['{"a":1.0}', "done"],
  );
});

Deno.test("A 200 that holds no response is a transient fault, final where it can't be read", async () => {
  const empty = "Upstream sent an empty response. Try again in a moment";
  const unreadable = "Upstream sent what is neither JSON nor an event stream of the Gemini API. " +
    "Check the account's base URL, and what is in between";
  const bodies: Readonly<Record<string, string>> = {
    "": empty,
    '{"traceId":"x"}': empty,
    '{"response":null}': empty,
    '{"response":{}}': empty,
    '{"response": {"a":': unreadable,
    "{broken}": unreadable,
    "<html>Welcome</html>": unreadable,
  };
  for (const [body, message] of Object.entries(bodies)) {
    await using at = await answering(body);
    const fault = await faultOf(generateContent(at.upstream, callOf(HELLO)));
    assert.equal(fault.scope, "transient");
    assert.equal(fault.rpc.message, message);
    assert.equal(fault.isFinal, message === unreadable);
  }
});

Deno.test("countTokens() reads a count in an envelope and one without", async () => {
  for (const body of ['{"totalTokens":7}', '{"response": {"totalTokens":7}}']) {
    await using at = await answering(body);
    assert.deepEqual(parsed(await countTokens(at.upstream, callOf(HELLO))), { totalTokens: 7 });
  }
});

Deno.test("countTokens() needs no project and counts instruction and tools", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const { totalTokens: bare } = parsed(await countTokens(upstream, callOf(HELLO)));
  const { totalTokens: whole } = parsed(
    await countTokens(
      upstream,
      callOf({
        generateContentRequest: {
          model: "models/gemini-2.5-flash",
          ...HELLO,
          systemInstruction: { parts: [{ text: "Answer in the voice of a star" }] },
          tools: [{ functionDeclarations: [{ name: "weather", description: "The weather" }] }],
        },
      }),
    ),
  );
  assert.ok(whole > bare && bare > 0, `${whole} ${bare}`);
  assert.ok(!emulator.requests.some(({ path }) => path.endsWith("loadCodeAssist")));
});

Deno.test("list() gives the account's catalogue as models", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  const models = await upstream.list("models", NEVER);
  const pro = models.find(({ name }) => name === "models/gemini-2.5-pro");
  assert.equal(pro?.["inputTokenLimit"], 1_048_576);
  assert.equal(pro?.["thinking"], true);
  const request = emulator.requests.find(({ path }) => path.endsWith("fetchAvailableModels"));
  assert.deepEqual(request?.body, { project: PROJECT });
});

Deno.test("The project is looked up once, for all who wait for it", async () => {
  await using at = await place();
  const { upstream, methods } = at;
  await Promise.all([1, 2, 3, 4].map(() => generateContent(upstream, callOf(HELLO))));
  await upstream.list("models", NEVER);
  assert.equal(methods().filter((name) => name === "loadCodeAssist").length, 1);
});

Deno.test("The project is not looked up when the user named one", async () => {
  await using at = await place({ project: null, given: "my-own" });
  await generateContent(at.upstream, callOf(HELLO));
  assert.deepEqual(at.methods(), ["token", "generateContent"]);
  const { body } = at.emulator.requests.at(-1) ?? {};
  assert.ok(JSON.stringify(body).includes('"project":"my-own"'));
});

Deno.test("A look-up that failed is made again by the next call", async () => {
  await using at = await place();
  const { emulator, upstream, methods } = at;
  emulator.script("only", ["503"], { method: "loadCodeAssist" });
  const waiting = [1, 2, 3].map(() => faultOf(generateContent(upstream, callOf(HELLO))));
  for (const { scope, rpc } of await Promise.all(waiting)) {
    assert.equal(scope, "transient");
    assert.match(rpc.message, /overloaded/);
  }
  await generateContent(upstream, callOf(HELLO));
  assert.deepEqual(methods(), ["token", "loadCodeAssist", "loadCodeAssist", "generateContent"]);
});

Deno.test("Google's words for an account that is not eligible reach the client as they are", async () => {
  await using at = await place({ ineligible: true });
  const fault = await faultOf(generateContent(at.upstream, callOf(HELLO)));
  assert.equal(fault.scope, "account");
  assert.equal(fault.rpc.status, "PERMISSION_DENIED");
  assert.equal(
    fault.rpc.message,
    "This client is no longer supported for Gemini Code Assist for individuals. To continue using " +
      "Gemini, please migrate to the Antigravity suite of products: https://antigravity.google",
  );
});

Deno.test("An account without a project is told what to do", async () => {
  await using at = await place({ project: null });
  const fault = await faultOf(streamGenerateContent(at.upstream, callOf(HELLO)));
  assert.equal(fault.scope, "account");
  assert.match(fault.rpc.message, /Add it, or sign in to it, with --project/);
});

interface Failure {
  readonly outcome: Outcome;
  readonly scope: UpstreamFault["scope"];
  readonly code: number;
  readonly words: RegExp;
  readonly delayMs?: number;
}

const FAILURES: readonly Failure[] = [
  { outcome: "403-validation", scope: "account", code: 403, words: /./ },
  { outcome: "404", scope: "model", code: 404, words: /^Requested entity was not found\.$/ },
  {
    outcome: { type: "429-long", hours: 3 },
    scope: "account-model",
    code: 429,
    words: /exhausted your capacity/,
    delayMs: 10_800_000,
  },
  { outcome: "429-capacity", scope: "transient", code: 429, words: /^No capacity available/ },
  { outcome: "500", scope: "transient", code: 500, words: /./ },
  { outcome: "html-502", scope: "transient", code: 502, words: /^Upstream returned HTTP 502/ },
  { outcome: "reset", scope: "transient", code: 503, words: /^The connection to http:\/\/127/ },
];

for (const { outcome, scope, code, words, delayMs } of FAILURES) {
  const name = typeof outcome === "string" ? outcome : outcome.type;
  Deno.test(`Every call rejects with a fault (${scope}) when Code Assist answers ${name}`, async () => {
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
      assert.equal(fault.rpc.code, code);
      assert.match(fault.rpc.message, words);
      assert.equal(fault.delayMs, delayMs);
    }
  });
}

Deno.test("An error body means the same as an object, as an array, and labelled as a stream", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  for (const body of ["object", "array", "event-stream"] as const) {
    emulator.script("only", [{ type: "429-short", delayMs: 700, body }]);
    const fault = await faultOf(streamGenerateContent(upstream, callOf(HELLO)));
    assert.equal(fault.scope, "account-model", body);
    assert.equal(fault.delayMs, 700);
    assert.equal(fault.rpc.status, "RESOURCE_EXHAUSTED");
  }
});

Deno.test("A response that breaks off is a transient fault", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  emulator.script("only", [{ type: "reset-mid-stream", afterEvents: 1 }]);
  assert.equal((await faultOf(generateContent(upstream, callOf(HELLO)))).scope, "transient");
  emulator.script("only", [{ type: "reset-mid-stream", afterEvents: 1 }]);
  const stream = await streamGenerateContent(upstream, callOf(HELLO));
  const broken = await faultOf(eventsOf(stream));
  assert.equal(broken.scope, "transient");
  assert.match(broken.rpc.message, /^The connection to http:\/\/127/);
});

Deno.test("An error inside a stream is an event, with Google's words", async () => {
  await using at = await place();
  const { emulator, upstream } = at;
  emulator.script("only", [{ type: "error-mid-stream", afterEvents: 2, raw: true }]);
  const events = await eventsOf(await streamGenerateContent(upstream, callOf(HELLO)));
  const last = events.at(-1);
  assert.ok(last?.type === "error");
  assert.match(last.error.message, /overloaded/);
});

Deno.test("A redirect is not followed: it would carry the token away", async () => {
  await using elsewhere = startFakeUpstream(() => Response.json({}));
  await using server = startFakeUpstream(() =>
    new Response(null, { status: 308, headers: { location: `${elsewhere.url}/steal` } })
  );
  await using at = await place({ given: PROJECT, baseUrls: [server.url] });
  const fault = await faultOf(generateContent(at.upstream, callOf(HELLO)));
  assert.match(fault.rpc.message, /HTTP 308/);
  assert.equal(server.requests.length, 1);
  assert.equal(elsewhere.requests.length, 0);
});

Deno.test("Every address that is asked takes an attempt; token and project take none", async () => {
  await using broken = startFakeUpstream(() => new Response("<html>", { status: 503 }));
  await using at = await place();
  const { emulator } = at;
  const tokens = new AuthorizedUserTokens(
    parseCredentialsFile(JSON.stringify(emulator.addUser("other", { project: PROJECT }))),
    { clock: Date },
  );
  const baseUrls = [broken.url, emulator.url];
  const upstream = new CodeAssist({ baseUrls, tokens, clock: Date, outbound: outboundOf({}) });
  const budget = new AttemptBudget(3);
  assert.ok(textOf(await generateContent(upstream, callOf(HELLO, { budget }))));
  assert.equal(budget.taken, 2);
  assert.deepEqual(broken.requests.map(({ url }) => url.pathname), [
    "/v1internal:loadCodeAssist",
    "/v1internal:generateContent",
  ]);
});

Deno.test("A call that is aborted rejects with the reason itself, and ends the work upstream", async () => {
  await using at = await place({ given: PROJECT });
  const { emulator, upstream } = at;
  const gone = new UpstreamFault("client", new RpcError("CANCELLED", "The client went away"));
  for (const method of ["generateContent", "streamGenerateContent", "countTokens"] as const) {
    emulator.clear();
    emulator.script("only", ["hang"]);
    const controller = new AbortController();
    const work = faultOf(upstream.call(callOf(HELLO, { method, signal: controller.signal })));
    const request = await emulator.waitForRequest(({ path }) => path !== "/token");
    controller.abort(gone);
    assert.equal(await work, gone);
    await request.finished;
    assert.equal(request.aborted, true);
  }
});
