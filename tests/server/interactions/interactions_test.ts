/** Interactions through the gateway: made at one account, and continued, read and deleted there. @module */
import assert from "node:assert/strict";
import { startTestGateway, type TestGatewayOptions } from "../../support/gateway.ts";
import {
  type InteractionsOptions,
  interactionStream,
  refusal,
  sse,
  startInteractions,
} from "../../support/interactions_upstream.ts";

const MODEL = "gemini-2.5-flash";

/** A gateway before three projects, or those given. */
async function startBed(
  { projects = { a: {}, b: {}, c: {} }, ...options }:
    & Omit<TestGatewayOptions, "accounts">
    & { readonly projects?: Readonly<Record<string, InteractionsOptions>> } = {},
) {
  const upstreams = Object.entries(projects).map(([name, options]) =>
    [name, startInteractions(name, options)] as const
  );
  const gateway = await startTestGateway({
    ...options,
    accounts: upstreams.map(([name, { url }]) => ({
      name,
      baseUrls: [url],
      key: `planted-key-of-${name}`,
    })),
  });
  function call(method: string, path: string, body?: unknown, init: RequestInit = {}) {
    return fetch(gateway.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...init,
    });
  }
  return {
    gateway,
    call,
    upstreams: new Map(upstreams),
    create: (body: Record<string, unknown> = {}) =>
      call("POST", "/v1beta/interactions", { model: MODEL, input: "hi", ...body }),
    async [Symbol.asyncDispose]() {
      for (const [, upstream] of upstreams) await upstream[Symbol.asyncDispose]();
      await gateway.close();
    },
  };
}

/** The id that a whole response or a stream shows, and the account that made it. */
async function made(
  response: Response,
): Promise<{ readonly id: string; readonly account: string }> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const [, id = ""] = /"id":"(v1_[^"]+)"/.exec(text) ?? [];
  return { id, account: response.headers.get("x-pollux-account") ?? "" };
}

async function errorOf(
  response: Response,
): Promise<[status: number, code: unknown, message: string]> {
  const { error } = await response.json();
  return [response.status, error.code, error.message];
}

Deno.test("An interaction is continued, read, cancelled and deleted at the account that made it", async () => {
  await using bed = await startBed();
  const accounts = new Set<string>();
  for (let nth = 0; nth < 6; nth++) {
    const { id, account } = await made(
      await bed.create({ stream: nth % 2 === 0, input: `opening ${nth} of many` }),
    );
    accounts.add(account);
    assert.match(id, new RegExp(`^v1_${account}_`));
    const next = await made(await bed.create({ previous_interaction_id: id }));
    assert.equal(next.account, account);
    for (
      const [method, path] of [
        ["GET", id],
        ["GET", `${id}?stream=true&last_event_id=e2&include_input=true`],
        ["POST", `${id}/cancel`],
        ["DELETE", id],
      ] as const
    ) {
      const response = await bed.call(method, `/v1/interactions/${path}`);
      assert.equal(response.status, 200, `${method} ${path}`);
      assert.equal(response.headers.get("x-pollux-account"), account);
      await response.body?.cancel();
    }
    const seen = bed.upstreams.get(account)?.seen.map(({ method, target }) =>
      `${method} ${target}`
    ) ?? [];
    assert.ok(
      seen.includes(`GET /v1/interactions/${id}?stream=true&last_event_id=e2&include_input=true`),
    );
    assert.ok(seen.includes(`POST /v1/interactions/${id}/cancel`));
    const gone = await bed.call("GET", `/v1/interactions/${id}`);
    assert.deepEqual((await errorOf(gone)).slice(0, 2), [404, "not_found"]);
  }
  assert.deepEqual([...accounts].sort(), ["a", "b", "c"]);
  assert.deepEqual(bed.gateway.problems, []);
});

Deno.test("A stream reaches the client byte for byte", async () => {
  const stream = interactionStream("v1_x", "env-1").replaceAll("\n", "\r\n") + ": end\r\nretry: 5";
  await using bed = await startBed({
    projects: { a: { instead: (r) => r.method === "POST" ? sse(stream) : undefined } },
  });
  const response = await bed.create({ stream: true });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(await response.text(), stream);
  const { usage, model, status } = await bed.gateway.waitForCall();
  assert.deepEqual(usage, { prompt: 2, cached: 0, tool: 0, candidates: 3, thoughts: 4, total: 9 });
  assert.deepEqual([model, status], [MODEL, 200]);
});

Deno.test("A request reaches upstream byte for byte, and an alias of a model is replaced", async () => {
  await using bed = await startBed({
    projects: { a: {} },
    settings: { aliases: { "my-model": MODEL } },
  });
  const body =
    ' {"model" : "gemini-2.5-flash","input":[{"type":"text","text":"é"}], "x":1e3,"store":false}';
  await made(await bed.call("POST", "/v1beta/interactions", undefined, { body }));
  for (const model of ["my-model", "models/my-model"]) {
    await made(await bed.call("POST", "/v1beta/interactions", { model, input: "hi" }));
  }
  const bodies = bed.upstreams.get("a")?.seen.map(({ body }) => body);
  assert.deepEqual(bodies, [
    body,
    '{"model":"gemini-2.5-flash","input":"hi"}',
    '{"model":"models/gemini-2.5-flash","input":"hi"}',
  ]);
});

Deno.test("The id is owned before the first byte that holds it reaches the client", async () => {
  let release: (() => void) | undefined;
  const text = interactionStream("v1_a_0");
  const at = text.indexOf("v1_a_0") + 3;
  const end = text.indexOf("\n\n", at) + 2;
  const pieces = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  const bytes = new TextEncoder();
  await using bed = await startBed({
    projects: {
      a: {
        instead: ({ method }) =>
          method !== "POST" ? undefined : sse(
            new ReadableStream({
              async pull(controller) {
                const piece = pieces.shift();
                if (piece === undefined) return controller.close();
                controller.enqueue(bytes.encode(piece));
                if (pieces.length === 1) await new Promise<void>((resolve) => release = resolve);
              },
            }, { highWaterMark: 0 }),
          ),
      },
      b: {
        instead: ({ method }) =>
          method === "POST" ? refusal(429, "rate_limit_exceeded") : undefined,
      },
    },
  });
  const response = await bed.create({ stream: true });
  const reader = (response.body ?? new ReadableStream()).getReader();
  let seen = "";
  while (!seen.includes("v1_a")) {
    // The whole event comes at once: no byte of the id came before.
    const { value } = await reader.read();
    seen += new TextDecoder().decode(value);
    if (seen.includes("v1_")) assert.ok(seen.includes("v1_a_0"), seen);
    release?.();
  }
  const reading = await bed.call("GET", "/v1beta/interactions/v1_a_0");
  assert.equal(reading.headers.get("x-pollux-account"), "a");
  await reading.body?.cancel();
  release?.();
  while (!(await reader.read()).done) release?.();
  // No account was asked who holds it.
  assert.equal(bed.upstreams.get("b")?.seen.some(({ method }) => method === "GET"), false);
});

Deno.test("An interaction is made at another account only after a refusal that proves that nothing was done", async () => {
  const event = (code: string) =>
    `data: {"event_type":"error","error":{"code":"${code}","message":"No"}}\n\n`;
  const cases: readonly (readonly [string, (count: number) => Response, moves: boolean])[] = [
    ["429", () => refusal(429, "rate_limit_exceeded"), true],
    ["quota", () => refusal(429, "quota_exceeded"), true],
    ["401", () => refusal(401, "authentication"), true],
    ["unknown model", () => refusal(404, "model_not_found"), true],
    ["first event", () => sse(event("rate_limit_exceeded")), true],
    ["500", () => refusal(500, "api_error"), false],
    ["503", () => refusal(503, "service_unavailable"), false],
    ["400", () => refusal(400, "invalid_request"), false],
    ["first event 503", () => sse(`: ping\n\n${event("service_unavailable")}`), false],
    ["no event", () => sse(""), false],
  ];
  for (const [name, refuse, moves] of cases) {
    let count = 0;
    const instead = ({ method }: Request) =>
      method === "POST" && count++ === 0 ? refuse(count) : undefined;
    await using bed = await startBed({ projects: { a: { instead }, b: { instead } } });
    const response = await bed.create({ stream: true });
    const text = await response.text();
    assert.equal(response.status === 200, moves, `${name}: ${text}`);
    assert.equal(count, moves ? 2 : 1, name);
    if (!moves) assert.equal(typeof JSON.parse(text).error.code, "string");
  }
});

Deno.test("An error after the first event reaches the client unchanged, without the account's key", async () => {
  const [created = ""] = interactionStream("v1_a").split("event: interaction.status_update");
  const error =
    'event: error\ndata: {"error":{"code":"api_error","message":"planted-key-of-a broke"},"event_type":"error"}\n\n';
  await using bed = await startBed({
    projects: {
      a: {
        instead: ({ method }) =>
          method === "POST" ? sse(`${created}${error}data: [DONE]\n\n`) : undefined,
      },
    },
  });
  const response = await bed.create({ stream: true });
  assert.equal(
    await response.text(),
    `${created}${error.replace("planted-key-of-a", "***")}data: [DONE]\n\n`,
  );
  assert.equal((await bed.gateway.waitForCall()).failure, "*** broke");
});

Deno.test("A stream that breaks is broken off, and resumed at the same account", async () => {
  const text = interactionStream("v1_a");
  const half = text.slice(0, text.indexOf("step.delta") + 40);
  await using bed = await startBed({
    projects: {
      a: {
        instead: ({ method, url }) =>
          method === "POST" ? sse(half) : url.includes("last_event_id") ? sse(text) : undefined,
      },
      b: {
        instead: ({ method }) => method === "POST" ? refusal(429, "quota_exceeded") : undefined,
      },
    },
  });
  const response = await bed.create({ stream: true });
  let seen = "";
  await assert.rejects(async () => {
    for await (const bytes of response.body ?? []) seen += new TextDecoder().decode(bytes);
  });
  assert.equal(half.startsWith(seen), true);
  assert.match(seen, /"id":"v1_a"/);
  assert.match((await bed.gateway.waitForCall()).failure, /in the middle of an event/);
  const resumed = await bed.call("GET", "/v1beta/interactions/v1_a?stream=true&last_event_id=e3");
  assert.equal(resumed.headers.get("x-pollux-account"), "a");
  assert.equal(await resumed.text(), text);
  // Its tokens were counted when it was made.
  const { usage } = await bed.gateway.waitForCall(({ method }) => method === "interactions.get");
  assert.equal(usage, undefined);
});

Deno.test("An interaction that was not made through the gateway is found by a read, never by a paid call", async () => {
  await using bed = await startBed();
  const b = bed.upstreams.get("b");
  await (await fetch(`${b?.url}/v1beta/interactions`, { method: "POST", body: "{}" })).body
    ?.cancel();
  const { account } = await made(await bed.create({ previous_interaction_id: "v1_b_0" }));
  assert.equal(account, "b");
  for (const name of ["a", "c"]) {
    assert.equal(bed.upstreams.get(name)?.seen.some(({ method }) => method === "POST"), false);
  }
  const unknown = await bed.create({ previous_interaction_id: "v1_nowhere" });
  assert.deepEqual(await errorOf(unknown), [404, "not_found", "Requested entity was not found."]);
});

Deno.test("The conversation of an interaction that is not stored stays with its account", async () => {
  await using bed = await startBed();
  const turn = (text: string) => ({ type: "user_input", content: [{ type: "text", text }] });
  const first = await made(
    await bed.create({ store: false, input: [turn("The opening of a talk")] }),
  );
  for (let nth = 0; nth < 5; nth++) {
    await made(await bed.create({ input: `another talk, number ${nth}` }));
    const input = [
      turn("The opening of a talk"),
      { type: "model_output", content: [] },
      turn(`more ${nth}`),
    ];
    assert.equal((await made(await bed.create({ store: false, input }))).account, first.account);
  }
});

Deno.test("Pollux's own refusals have string codes below these paths, and only there", async () => {
  await using bed = await startBed({
    projects: {},
    settings: { auth: { apiKey: "planted-gateway-key" } },
  });
  const headers = { "x-goog-api-key": "planted-gateway-key" };
  const body = JSON.stringify({ model: MODEL, input: "hi" });
  const cases: readonly (readonly [string, string, RequestInit, number, unknown])[] = [
    ["POST", "/v1beta/interactions", { body }, 401, "authentication"],
    ["POST", "/v1beta/interactions", { body, headers }, 400, "failed_precondition"],
    ["POST", "/v1beta/interactions", { body: "{", headers }, 400, "invalid_request"],
    ["PUT", "/v1beta/interactions/x", { headers }, 404, "not_found"],
    ["GET", "/v1beta/interactions/x/unknown", { headers }, 404, "not_found"],
    ["GET", "/v1/agents/x/y", { headers }, 404, "not_found"],
    [
      "POST",
      "/v1beta/interactions",
      { body, headers: { ...headers, origin: "https://evil.test" } },
      403,
      "permission_denied",
    ],
    ["GET", "/v1beta/nothing", { headers }, 404, 404],
  ];
  for (const [method, path, init, status, code] of cases) {
    const response = await bed.call(method, path, undefined, init);
    assert.deepEqual((await errorOf(response)).slice(0, 2), [status, code], `${method} ${path}`);
  }
});

Deno.test("Google's own agent is called through any account, like a model", async () => {
  await using bed = await startBed();
  const accounts = new Set<string>();
  for (let nth = 0; nth < 9; nth++) {
    const body = {
      agent: "deep-research",
      input: `talk number ${nth} begins`,
      environment: "remote",
      background: true,
    };
    const { account } = await made(await bed.call("POST", "/v1beta/interactions", body));
    accounts.add(account);
  }
  assert.equal(accounts.size, 3);
  assert.equal((await bed.gateway.waitForCall()).model, "deep-research");
});
