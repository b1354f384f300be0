/** Which accounts and models `GET /admin/status` reports as failing. @module */
import assert from "node:assert/strict";
import type { AccountStatus, GatewayStatus } from "../../src/server/gateway_status.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { call, errorOf, textOf } from "../support/gemini_call.ts";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { startTestGateway, type TestAccount, type TestGateway } from "../support/gateway.ts";
import { LIVE_PATH, LiveClient } from "../support/live_client.ts";
import { limitedKeys, withKey } from "../support/limited_keys.ts";
import { planted } from "../support/planted.ts";
import { SERVER_CERTIFICATE } from "../support/test_certificate.ts";
import { closedUrl, startTestUpstream } from "../support/test_upstream.ts";

const ADMIN_KEY = planted("admin-key");
const LISTED = "gemini-2.5-flash";
const MISTYPED = "gemini-2.5-flsh";

async function statusOf({ url }: Pick<TestGateway, "url">): Promise<Record<string, AccountStatus>> {
  const response = await fetch(`${url}/admin/status`, {
    headers: { "x-goog-api-key": ADMIN_KEY },
  });
  const { accounts }: GatewayStatus = await response.json();
  return Object.fromEntries(accounts.map((account) => [account.name, account]));
}

async function modelsOf(
  gateway: Pick<TestGateway, "url">,
  name: string,
): Promise<readonly string[]> {
  return (await statusOf(gateway))[name]?.models.map(({ model }) => model) ?? [];
}

async function list({ url }: Pick<TestGateway, "url">): Promise<void> {
  await (await fetch(`${url}/v1beta/models`)).body?.cancel();
}

for (const kind of ["code-assist", "vertex"] as const) {
  Deno.test(`A ${kind} account whose token endpoint is down is not available, until it has a token again`, async () => {
    const clock = new FakeClock();
    await using gateway = await startEmulatedGateway({
      accounts: { dead: kind },
      adminKey: ADMIN_KEY,
      clock,
    });
    gateway.emulator.script("dead", ["503"], { method: "token" });
    assert.equal((await errorOf(await call(gateway.url))).status, "UNAVAILABLE");
    const failing = (await statusOf(gateway))["dead"];
    assert.equal(failing?.state, "cooling");
    assert.match(failing.why ?? "", /token/);
    assert.deepEqual([failing.isLastResort, failing.models], [true, []]);
    clock.advance(2000);
    assert.equal((await statusOf(gateway))["dead"]?.state, "probing");
    await textOf(await call(gateway.url));
    assert.equal((await statusOf(gateway))["dead"]?.state, "available");
  });
}

/** What is wrong with a token endpoint, what the client gets, and whether the account is still a last resort. */
const TOKEN_FAULTS: readonly {
  readonly name: string;
  readonly respond?: () => Response;
  readonly status: string;
  readonly why: RegExp;
  readonly isLastResort: boolean;
}[] = [
  { name: "unreachable", status: "UNAVAILABLE", why: /be reached/, isLastResort: true },
  {
    name: "of an unknown authority",
    status: "FAILED_PRECONDITION",
    why: /certificate of 127\.0\.0\.1:\d+ is refused .*network\.ca_file/,
    isLastResort: true,
  },
  {
    name: "failing",
    respond: () => new Response("oops", { status: 500 }),
    status: "UNAVAILABLE",
    why: /returned 500 without a token/,
    isLastResort: true,
  },
  {
    name: "overloaded",
    respond: () => Response.json({ error: "slow_down" }, { status: 429 }),
    status: "UNAVAILABLE",
    why: /returned 429 without a token/,
    isLastResort: true,
  },
  {
    name: "sending garbage",
    respond: () => new Response("<html>"),
    status: "UNAVAILABLE",
    why: /returned 200 without a token/,
    isLastResort: true,
  },
  {
    name: "refusing the grant",
    respond: () => Response.json({ error: "invalid_grant" }, { status: 400 }),
    status: "UNAUTHENTICATED",
    why: /refused the .*invalid_grant/,
    isLastResort: false,
  },
  {
    name: "refusing the client",
    respond: () => Response.json({ error: "invalid_client" }, { status: 401 }),
    status: "UNAUTHENTICATED",
    why: /refused the OAuth client: invalid_client/,
    isLastResort: false,
  },
  {
    name: "refusing for another reason",
    respond: () => Response.json({ error: "access_denied" }, { status: 403 }),
    status: "UNAUTHENTICATED",
    why: /refused the .*access_denied/,
    isLastResort: false,
  },
];

for (const { name, respond, status, why, isLastResort } of TOKEN_FAULTS) {
  Deno.test(`An account whose token endpoint is ${name} is not available, and another one serves`, async () => {
    await using endpoint = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen() {},
      ...(/authority/.test(name) ? SERVER_CERTIFICATE : {}),
    }, respond ?? (() => new Response()));
    const { port } = endpoint.addr;
    const token_uri = name === "unreachable"
      ? `${closedUrl()}/token`
      : `http${/authority/.test(name) ? "s" : ""}://127.0.0.1:${port}/token`;
    await using emulator = await startEmulator();
    const baseUrls = [emulator.url];
    const dead: readonly TestAccount[] = [
      { name: "user", baseUrls, user: { ...emulator.addUser("user"), token_uri } },
      {
        name: "service",
        baseUrls,
        serviceAccount: { ...emulator.addServiceAccount("service"), token_uri },
      },
    ];
    for (const account of dead) {
      const options = { adminKey: ADMIN_KEY, clock: new FakeClock() };
      await using alone = await startTestGateway({ accounts: [account], ...options });
      for (const text of ["first", "second"]) {
        const error = await errorOf(await call(alone.url, { text }));
        assert.equal(error.status, status, error.message);
        assert.match(error.message, why);
        const row = (await statusOf(alone))[account.name];
        assert.deepEqual(
          [row?.state, row?.isLastResort, row?.models],
          ["cooling", isLastResort, []],
        );
        assert.match(row?.why ?? "", why);
      }
      const good = { name: "good", baseUrls, key: emulator.addApiKey(`good-${account.name}`) };
      await using both = await startTestGateway({ accounts: [account, good], ...options });
      for (let nth = 0; nth < 4; nth++) {
        const response = await call(both.url, { text: `Call ${nth}` });
        assert.equal(response.headers.get("x-pollux-account"), "good");
        await textOf(response);
      }
      assert.equal((await statusOf(both))[account.name]?.state, "cooling");
    }
  });
}

Deno.test("A failed token of one model's call keeps the account out of calls for other models", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { dead: "code-assist", good: "code-assist" },
    adminKey: ADMIN_KEY,
    clock: new FakeClock(),
  });
  gateway.emulator.script("dead", Array(20).fill("503"), { method: "token" });
  for (let nth = 0; nth < 3; nth++) await textOf(await call(gateway.url, { text: `Call ${nth}` }));
  assert.equal((await statusOf(gateway))["dead"]?.state, "cooling");
  for (let nth = 0; nth < 6; nth++) {
    const response = await call(gateway.url, { text: `Other ${nth}`, model: "gemini-2.5-pro" });
    assert.equal(response.headers.get("x-pollux-account"), "good");
    assert.equal(response.headers.get("x-pollux-attempts"), "1");
    await textOf(response);
  }
});

Deno.test("A request for the list of models shows that an account has no token, and that it has one again", async () => {
  const clock = new FakeClock();
  await using gateway = await startEmulatedGateway({
    accounts: { dead: "code-assist" },
    adminKey: ADMIN_KEY,
    clock,
  });
  gateway.emulator.script("dead", ["503"], { method: "token" });
  await list(gateway);
  assert.equal((await statusOf(gateway))["dead"]?.state, "cooling");
  clock.advance(120_000);
  await list(gateway);
  assert.equal((await statusOf(gateway))["dead"]?.state, "available");
});

Deno.test("An account that may not list its models stays available", async () => {
  await using upstream = startTestUpstream(() =>
    Response.json(
      { error: { code: 403, message: "Made up", status: "PERMISSION_DENIED" } },
      { status: 403 },
    )
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: planted("key") }],
    adminKey: ADMIN_KEY,
  });
  await list(gateway);
  assert.equal(upstream.seen.length, 1);
  assert.equal((await statusOf(gateway))["one"]?.state, "available");
});

/** Lists one model, and calls of every model fail with a status. */
async function startFailing(code: () => number) {
  const upstream = startTestUpstream((request) =>
    request.method === "GET"
      ? Response.json({ models: [{ name: `models/${LISTED}` }] })
      : Response.json(
        { error: { code: code(), message: "Made up", status: STATUSES[code()] } },
        { status: code() },
      )
  );
  const gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: planted("key") }],
    adminKey: ADMIN_KEY,
  });
  return {
    ...gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

const STATUSES: Readonly<Record<number, string>> = {
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  503: "UNAVAILABLE",
};

for (const code of [404, 503]) {
  Deno.test(`A model that a client mistyped makes no row when its call fails with ${code}`, async () => {
    await using gateway = await startFailing(() => code);
    await list(gateway);
    assert.equal((await call(gateway.url, { model: MISTYPED }).then(errorOf)).code, code);
    assert.deepEqual(await modelsOf(gateway, "one"), []);
    assert.equal((await call(gateway.url, { model: LISTED }).then(errorOf)).code, code);
    assert.deepEqual(await modelsOf(gateway, "one"), [LISTED]);
  });
}

Deno.test("A model that nobody lists has a row once its quota is spent, or while its account has no list", async () => {
  let code = 503;
  await using gateway = await startFailing(() => code);
  await errorOf(await call(gateway.url, { model: "unlisted-1" }));
  assert.deepEqual(await modelsOf(gateway, "one"), ["unlisted-1"]);
  await list(gateway);
  assert.deepEqual(await modelsOf(gateway, "one"), []);
  code = 429;
  await errorOf(await call(gateway.url, { model: "unlisted-2" }));
  assert.deepEqual(await modelsOf(gateway, "one"), ["unlisted-2"]);
});

Deno.test("A model that a client mistyped makes no row while no list is known", async () => {
  await using gateway = await startFailing(() => 404);
  await errorOf(await call(gateway.url, { model: MISTYPED }));
  assert.deepEqual(await modelsOf(gateway, "one"), []);
});

Deno.test("The status has what is left of each client key's limits, and its state", async () => {
  const clock = new FakeClock();
  const nowMs = clock.now();
  await using gateway = await startEmulatedGateway({
    adminKey: ADMIN_KEY,
    clock,
    clientKeys: limitedKeys({
      bob: { isDisabled: true },
      ada: {
        expiresAtMs: nowMs + 60_000,
        limits: {
          requestsPerMinute: 10,
          tokensPerDay: 100_000,
          budget: { microUsd: 20_000_000, per: "month" },
          maxConcurrent: 4,
        },
      },
      cy: { expiresAtMs: nowMs - 1 },
    }),
    costOf: () => 500_000,
  });
  const asked = await fetch(`${gateway.url}/v1beta/models/${LISTED}:generateContent`, {
    method: "POST",
    headers: { ...withKey("ada"), "content-type": "application/json" },
    body: JSON.stringify({ contents: [{ parts: [{ text: "hello" }] }] }),
  });
  const { usageMetadata: { totalTokenCount } } = await asked.json();
  await gateway.waitForCall();
  const response = await fetch(`${gateway.url}/admin/status`, {
    headers: { "x-goog-api-key": ADMIN_KEY },
  });
  const { keys }: GatewayStatus = await response.json();
  const [ada] = keys;
  assert.deepEqual(keys.map(({ name, state }) => `${name} ${state}`), [
    "ada valid",
    "bob disabled",
    "cy expired",
  ]);
  assert.deepEqual([ada?.callsInFlight, ada?.maxConcurrent], [0, 4]);
  assert.deepEqual(
    ada?.limits.map(({ resetsAt, ...rest }) => {
      assert.ok(Date.parse(resetsAt ?? "") > nowMs, JSON.stringify(rest));
      return rest;
    }),
    [
      { unit: "requests", window: "minute", limit: 10, used: 1, left: 9 },
      {
        unit: "tokens",
        window: "day",
        limit: 100_000,
        used: totalTokenCount,
        left: 100_000 - totalTokenCount,
      },
      { unit: "usd", window: "month", limit: 20, used: 0.5, left: 19.5 },
    ],
  );
  assert.doesNotMatch(JSON.stringify(keys), /planted-key|plx_|digest/);
  for (const path of ["/healthz", "/v1beta/models", "/"]) {
    const other = await fetch(gateway.url + path, { headers: withKey("ada") });
    assert.doesNotMatch(await other.text(), /requestsPerMinute|callsInFlight|"keys"/);
  }
  for (const headers of [withKey("ada"), {}]) {
    const refused = await fetch(`${gateway.url}/admin/status`, { headers });
    assert.equal(refused.status, 401);
    assert.doesNotMatch(await refused.text(), /ada|bob/);
  }
});

const CONTENT = { parts: [{ text: "hello" }] };

/** Requests with a mistyped model, by path and body. */
const MISTYPED_CALLS: Readonly<Record<string, unknown>> = {
  [`models/${MISTYPED}:generateContent`]: { contents: [CONTENT] },
  [`models/${MISTYPED}:streamGenerateContent?alt=sse`]: { contents: [CONTENT] },
  [`models/${MISTYPED}:countTokens`]: { contents: [CONTENT] },
  [`models/${MISTYPED}:embedContent`]: { content: CONTENT },
  [`models/${MISTYPED}:batchEmbedContents`]: {
    requests: [{ model: `models/${MISTYPED}`, content: CONTENT }],
  },
  [`models/${MISTYPED}:batchGenerateContent`]: {
    batch: { inputConfig: { requests: { requests: [{ request: { contents: [CONTENT] } }] } } },
  },
  [`models/${MISTYPED}:predict`]: { instances: [{ prompt: "hello" }] },
  [`models/${MISTYPED}:predictLongRunning`]: { instances: [{ prompt: "hello" }] },
  [`models/models/${MISTYPED}%3AgenerateContent`]: { contents: [CONTENT] },
  "models/gemini%202.5%20flash:generateContent": { contents: [CONTENT] },
  "models/gemini-2.5-flash%0Ax:generateContent": { contents: [CONTENT] },
  "models/%F0%9F%98%80:generateContent": { contents: [CONTENT] },
  "models/gemini-2.5-flash (batches):generateContent": { contents: [CONTENT] },
  "models/files:generateContent": { contents: [CONTENT] },
  "tunedModels/mistyped-1:generateContent": { contents: [CONTENT] },
  cachedContents: { model: `models/${MISTYPED}`, contents: [CONTENT] },
  interactions: { model: MISTYPED, input: "hello" },
};

for (const code of ["404", "503", "500"] as const) {
  Deno.test(`No way to name a mistyped model makes a row in the status, where Google sends ${code}`, async () => {
    await using gateway = await startEmulatedGateway({
      accounts: { one: "gemini-api", two: "gemini-api" },
      adminKey: ADMIN_KEY,
      settings: { routing: { maxAttempts: 2 } },
      clock: new FakeClock(),
    });
    await list(gateway);
    for (const [path, body] of Object.entries(MISTYPED_CALLS)) {
      if (code !== "404") {
        for (const name of ["one", "two"]) gateway.emulator.script(name, [code, code]);
      }
      const response = await fetch(`${gateway.url}/v1beta/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      await response.body?.cancel();
      assert.ok(response.status >= 400, `${path} ${response.status}`);
    }
    await using live = new LiveClient(`${gateway.url}/${LIVE_PATH}`);
    await live.send({ setup: { model: `models/${MISTYPED}` } });
    await live.closed;
    const status = await statusOf(gateway);
    for (const { name, models, quota } of Object.values(status)) {
      assert.deepEqual([models.map(({ model }) => model), quota], [[], []], name);
    }
  });
}
