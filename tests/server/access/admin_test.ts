/** The admin route: whom it lets in, and what it tells. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { within } from "../../support/deadline.ts";
import { emulatedAccount, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { planted, PLANTED_ADDRESS } from "../../support/planted.ts";
import { rawRequest } from "../../support/raw_http.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";

const ADMIN_KEY = planted("admin-key");
const GATEWAY_KEY = planted("gateway-key");

/** Asks with these headers. */
function ask(
  { url }: TestGateway,
  headers: Readonly<Record<string, string>> = { "x-goog-api-key": ADMIN_KEY },
  target = "/admin/status",
): Promise<Response> {
  return fetch(url + target, { headers });
}

async function assertRefused(answer: Promise<Response>, why: string): Promise<void> {
  const response = await answer;
  const { status, message } = await errorOf(response);
  assert.deepEqual([response.status, status], [401, "UNAUTHENTICATED"], why);
  assert.match(message, /asks for the admin key.*pollux status/);
}

for (const mode of ["off", "auto", "all_except_health", "strict"] as const) {
  Deno.test(`GET /admin/status asks for the admin key where auth.mode is ${mode}`, async () => {
    await using gateway = await startTestGateway({
      accounts: [],
      adminKey: ADMIN_KEY,
      settings: { auth: { mode, apiKey: GATEWAY_KEY } },
    });
    for (const name of ["x-goog-api-key", "x-api-key", "authorization"]) {
      const prefix = name === "authorization" ? "Bearer " : "";
      const answer = await ask(gateway, { [name]: prefix + ADMIN_KEY });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.deepEqual(await answer.json(), { accounts: [], waitingCalls: 0, keys: [] });
      await assertRefused(ask(gateway, { [name]: prefix + GATEWAY_KEY }), "the gateway's key");
      await assertRefused(ask(gateway, { [name]: `${prefix}${ADMIN_KEY}x` }), "a longer key");
      await assertRefused(ask(gateway, { [name]: prefix }), "an empty key");
    }
    await assertRefused(ask(gateway, {}), "no key");
    await assertRefused(ask(gateway, {}, `/admin/status?key=${ADMIN_KEY}`), "a key in the address");
  });
}

Deno.test("No spelling of an admin path goes round the admin key, and none that does not exist tells so", async () => {
  await using gateway = await startTestGateway({ accounts: [], adminKey: ADMIN_KEY });
  for (
    const target of [
      "/admin/status/",
      "/admin//status",
      "/admin/nothing",
      "/admin/",
    ]
  ) await assertRefused(ask(gateway, {}, target), target);
  for (const target of ["//admin//status", "/v1beta/admin/status", "/v1/v1beta/admin/status"]) {
    const answer = await ask(gateway, {}, target);
    assert.equal(answer.status, 404, target);
    await answer.body?.cancel();
  }
  for (
    const target of ["/%61dmin/status", "/ADMIN/status", "/admin%2Fstatus"]
  ) {
    const answer = await rawRequest(
      gateway.port,
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    );
    assert.ok(answer.status === 401 || answer.status === 404, `${target}: ${answer.status}`);
  }
  const answer = await ask(gateway, undefined, "/admin/nothing");
  assert.equal(answer.status, 404);
  await answer.body?.cancel();
});

Deno.test("Without an admin key of its own the gateway lets nobody in", async () => {
  await using gateway = await startTestGateway({ accounts: [] });
  await assertRefused(ask(gateway), "a key");
  await assertRefused(ask(gateway, {}), "no key");
});

Deno.test("The guard comes before the admin key", async () => {
  await using gateway = await startTestGateway({ accounts: [], adminKey: ADMIN_KEY });
  const key = { "x-goog-api-key": ADMIN_KEY };
  for (
    const headers of [
      { ...key, origin: "https://evil.example" },
      { ...key, "sec-fetch-site": "cross-site" },
    ]
  ) assert.equal((await errorOf(await ask(gateway, headers))).code, 403);
  const answer = await rawRequest(
    gateway.port,
    `GET /admin/status HTTP/1.1\r\nHost: evil.example\r\nx-goog-api-key: ${ADMIN_KEY}\r\n` +
      "Connection: close\r\n\r\n",
  );
  assert.equal(answer.status, 403);
});

Deno.test("GET /admin/status tells how each account stands, why, until when, and what runs", async () => {
  const nowMs = Date.parse("2026-07-04T12:00:00Z");
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api", three: "gemini-api" },
    adminKey: ADMIN_KEY,
    clock: { now: () => nowMs },
  });
  gateway.emulator.always("one", { type: "429-long", hours: 9 });
  gateway.emulator.always("two", "403-validation");
  gateway.emulator.always("three", { type: "ok", holdAfter: 1 });
  const stream = await call(gateway.url, { method: "streamGenerateContent" });
  assert.equal(stream.headers.get("x-pollux-account"), "three");
  const answer = await ask(gateway);
  const text = await answer.text();
  const time = "2026-07-04T12:00:00.000Z";
  const [one, two, three] = JSON.parse(text).accounts;
  const [model] = one.models;
  assert.deepEqual({ ...one, models: [] }, {
    name: "one",
    kind: "gemini-api",
    state: "available",
    models: [],
    quota: [{
      model: "gemini-2.5-flash",
      window: "day",
      unit: "requests",
      limit: 5,
      used: 5,
      leftFraction: 0,
      resetsAt: model.until,
      source: "refusal",
    }],
    callsInFlight: 0,
    lastFailure: time,
  });
  assert.match(model.why, /^You exceeded your current quota/);
  assert.deepEqual({ ...model, why: "" }, {
    model: "gemini-2.5-flash",
    state: "cooling",
    why: "",
    until: model.until,
    isLastResort: false,
  });
  assert.ok(Date.parse(model.until) >= nowMs + 9 * 3_600_000);
  assert.equal(two.state, "cooling");
  assert.match(two.why, /^Verify your account to continue/);
  assert.ok(Date.parse(two.until) > nowMs);
  assert.deepEqual(three, {
    name: "three",
    kind: "gemini-api",
    state: "available",
    models: [],
    quota: [],
    callsInFlight: 1,
    lastSuccess: time,
  });
  assert.doesNotMatch(text, /@|%40|AQ\./);
  gateway.emulator.release();
  await stream.text();
  const later = JSON.parse(await (await ask(gateway)).text());
  assert.equal(later.accounts[2].callsInFlight, 0);
});

Deno.test("GET /admin/status tells who is busy, who waits, and which account is disabled and why", async () => {
  await using emulator = await startEmulator();
  const disabledReason = `invalid_grant: ${PLANTED_ADDRESS} signed out`;
  await using gateway = await startTestGateway({
    accounts: [
      { ...emulatedAccount(emulator, "off"), settings: { enabled: false, disabledReason } },
      { ...emulatedAccount(emulator, "one"), settings: { maxConcurrent: 1 } },
    ],
    adminKey: ADMIN_KEY,
  });
  emulator.always("one", { type: "ok", holdAfter: 1 });
  const stream = await call(gateway.url, { method: "streamGenerateContent" });
  const waiting = call(gateway.url, { text: "Somebody else" });
  const { accounts: [one, off] } = await within(30_000, untilOneWaits(gateway), {
    what: "A call that waits",
  });
  assert.deepEqual([one.name, one.state, one.callsInFlight], ["one", "busy", 1]);
  assert.deepEqual(off, {
    name: "off",
    kind: "gemini-api",
    state: "disabled",
    why: "invalid_grant: *** signed out",
    models: [],
    quota: [],
    callsInFlight: 0,
  });
  emulator.release();
  await stream.text();
  await (await waiting).text();
});

/** The status as soon as a call waits. */
async function untilOneWaits(gateway: TestGateway) {
  while (true) {
    const status = await (await ask(gateway)).json();
    if (status.waitingCalls === 1) return status;
    assert.ok(
      gateway.calls.every(({ method }) => method === "admin.status"),
      "The stream has ended",
    );
  }
}

for (const delay of ["1000000000000", "9".repeat(300)]) {
  Deno.test(`GET /admin/status and clients are told of a Retry-After of ${delay.length} digits`, async () => {
    await using upstream = startTestUpstream(() =>
      Response.json({ error: { code: 429, message: "Enough", status: "RESOURCE_EXHAUSTED" } }, {
        status: 429,
        headers: { "retry-after": delay },
      })
    );
    await using gateway = await startTestGateway({
      accounts: [{ name: "one", baseUrls: [upstream.url], key: planted("key") }],
      adminKey: ADMIN_KEY,
    });
    for (let nth = 0; nth < 2; nth++) {
      const { code, message } = await errorOf(await call(gateway.url));
      assert.equal(code, 429);
      assert.match(message, /back in 267\d{4} s/);
    }
    const status = await ask(gateway);
    assert.equal(status.status, 200);
    assert.match(await status.text(), /"until":"20\d\d-/);
    assert.deepEqual(gateway.problems, []);
    assert.equal(upstream.seen.length, 1);
  });
}

Deno.test("The admin key stays out of errors however often the gateway's own key is changed", async () => {
  await using gateway = await startTestGateway({ accounts: [], adminKey: ADMIN_KEY });
  for (let nth = 0; nth < 20; nth++) {
    gateway.apply({ auth: { mode: "auto", apiKey: `planted-gateway-key-${nth}` } });
  }
  const response = await fetch(`${gateway.url}/not-served/${ADMIN_KEY}`, {
    headers: { "x-goog-api-key": "planted-gateway-key-19" },
  });
  const { code, message } = await errorOf(response);
  assert.equal(code, 404);
  assert.match(message, /\/not-served\/\*\*\*"/);
});
