/** How many requests a key may send. @module */
import assert from "node:assert/strict";
import type { Keeper } from "../../../src/base/stored/kept.ts";
import type { KeyLimits } from "../../../src/keys/client_key.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { within } from "../../support/deadline.ts";
import { startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { call } from "../../support/gemini_call.ts";
import { NO_KEEPER } from "../../support/kept.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";

const BODY = '{"contents":[{"parts":[{"text":"Hi"}]}]}';
const PATH = "/v1beta/models/gemini-2.5-flash:generateContent";

interface Detail {
  readonly "@type": string;
  readonly retryDelay?: string;
  readonly violations?: readonly { readonly quotaId: string; readonly quotaValue: string }[];
}

/** A response, with what a client reads of a refusal. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly code: unknown;
  readonly retryDelay: string | undefined;
  readonly quotaIds: readonly string[];
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const { error } = JSON.parse(response.ok ? "{}" : text);
  const details: readonly Detail[] = error?.details ?? [];
  return {
    status: response.status,
    headers: response.headers,
    code: error?.status ?? error?.code,
    retryDelay: details.find(({ retryDelay }) => retryDelay)?.retryDelay,
    quotaIds: details.flatMap(({ violations = [] }) => violations.map(({ quotaId }) => quotaId)),
  };
}

async function startLimited(limits: KeyLimits) {
  const clock = new FakeClock();
  const gateway = await startEmulatedGateway({
    clock,
    clientKeys: limitedKeys({ anna: { limits }, free: {} }),
  });
  const send = async (path = PATH, init: RequestInit = {}, name = "anna") =>
    await answerOf(
      await fetch(gateway.url + path, {
        ...(path.includes(":") ? { method: "POST", body: BODY } : {}),
        headers: withKey(name),
        ...init,
      }),
    );
  return { clock, gateway, send, [Symbol.asyncDispose]: () => gateway.close() };
}

Deno.test("Requests per minute are a sliding window of their times, and a refusal says how long", async () => {
  await using limited = await startLimited({ requestsPerMinute: 3 });
  const { clock, send, gateway } = limited;
  for (const remaining of ["2", "1", "0"]) {
    const { status, headers } = await send();
    assert.equal(status, 200);
    assert.equal(headers.get("x-ratelimit-limit-requests"), "3");
    assert.equal(headers.get("x-ratelimit-remaining-requests"), remaining);
    assert.equal(headers.get("x-ratelimit-reset-requests"), "60s");
    clock.advance(10_000);
  }
  const asked = gateway.emulator.requests.length;
  const refused = await send();
  assert.equal(refused.status, 429);
  assert.equal(refused.code, "RESOURCE_EXHAUSTED");
  assert.equal(refused.retryDelay, "30s");
  assert.deepEqual(refused.quotaIds, ["PolluxRequestsPerMinutePerKey"]);
  assert.equal(refused.headers.get("retry-after"), "30");
  assert.equal(refused.headers.get("x-ratelimit-remaining-requests"), "0");
  assert.equal(gateway.emulator.requests.length, asked);
  clock.advance(29_999);
  assert.equal((await send()).retryDelay, "0.001s");
  clock.advance(1);
  assert.equal((await send()).status, 200);
  // The next two of the first minute still count.
  assert.equal((await send()).retryDelay, "10s");
});

Deno.test("Requests per day end with the UTC day", async () => {
  await using limited = await startLimited({ requestsPerDay: 2 });
  const { clock, send } = limited;
  clock.advance(23 * 3_600_000);
  for (let nth = 0; nth < 2; nth++) assert.equal((await send()).status, 200);
  clock.advance(120_000);
  const refused = await send();
  assert.deepEqual([refused.status, refused.retryDelay], [429, "3480s"]);
  assert.deepEqual(refused.quotaIds, ["PolluxRequestsPerDayPerKey"]);
  clock.advance(3_480_000);
  assert.equal((await send()).status, 200);
});

Deno.test("Requests that a limit per minute refuses do not count for the day", async () => {
  await using limited = await startLimited({ requestsPerMinute: 1, requestsPerDay: 3 });
  const { clock, send } = limited;
  for (let minute = 0; minute < 3; minute++) {
    assert.equal((await send()).status, 200);
    for (let nth = 0; nth < 3; nth++) assert.equal((await send()).status, 429);
    clock.advance(60_000);
  }
  assert.deepEqual((await send()).quotaIds, ["PolluxRequestsPerDayPerKey"]);
});

Deno.test("Every request of the API counts, but not health checks and preflights", async () => {
  await using limited = await startLimited({ requestsPerMinute: 100 });
  const { send } = limited;
  const left = async () =>
    Number((await send("/v1beta/models")).headers.get("x-ratelimit-remaining-requests"));
  let before = await left();
  const counted = [
    ...["/v1beta/models", "/v1beta/models/none", "/v1beta/files/none", "/nowhere"],
    ...[PATH, "/v1beta/models/none:generateContent", "/v1beta/models/x:countTokens"],
  ];
  for (const path of counted) {
    const { headers } = await send(path);
    assert.equal(Number(headers.get("x-ratelimit-remaining-requests")), before - 1, path);
    before--;
  }
  assert.equal((await send("/healthz")).headers.get("x-ratelimit-remaining-requests"), null);
  await send(PATH, { method: "OPTIONS" });
  const free = await send(PATH, {}, "free");
  assert.equal(free.headers.get("x-ratelimit-limit-requests"), null);
  assert.equal(await left(), before - 1);
});

Deno.test("A refusal of the Interactions API has its own form of errors", async () => {
  await using limited = await startLimited({ requestsPerMinute: 1 });
  const { send } = limited;
  await send("/v1beta/models");
  const refused = await send("/v1beta/interactions", { method: "POST", body: "{}" });
  assert.deepEqual([refused.status, refused.code], [429, "rate_limit_exceeded"]);
  assert.equal(refused.retryDelay, "60s");
});

Deno.test("Calls at the same time are limited, and each is over with its last byte", async () => {
  await using limited = await startLimited({ maxConcurrent: 1, requestsPerMinute: 100 });
  const { gateway, send } = limited;
  const { emulator, url } = gateway;
  const stream = PATH.replace("generate", "streamGenerate");
  const client = new AbortController();
  emulator.script("one", [{ type: "ok", chunks: ["One", "Two"], holdAfter: 1 }]);
  const first = await fetch(url + stream, {
    method: "POST",
    body: BODY,
    headers: withKey("anna"),
    signal: client.signal,
  });
  const reader = first.body?.getReader();
  await reader?.read();
  const refused = await send();
  assert.equal(refused.status, 429);
  assert.deepEqual(refused.quotaIds, ["PolluxConcurrentRequestsPerKey"]);
  assert.equal(refused.headers.get("x-ratelimit-remaining-requests"), "99");
  client.abort();
  await reader?.read().catch(() => {});
  await gateway.waitForCall(({ method }) => method === "streamGenerateContent");
  assert.equal((await send()).status, 200);
  // Errors end calls as well.
  for (const path of ["/nowhere", "/v1beta/models/none:generateContent"]) {
    assert.equal((await send(path)).status, 404);
  }
  assert.equal((await send(stream)).status, 200);
});

Deno.test("What a key used is known after a restart, and to other gateways on the store", async () => {
  const clock = new FakeClock();
  using store = await openStore({ memory: true });
  const clientKeys = limitedKeys({ anna: { limits: { requestsPerDay: 3, requestsPerMinute: 2 } } });
  const remaining: (string | null)[] = [];
  for (let start = 0; start < 3; start++) {
    const keeper = store.keeper({ clock, onProblem: () => assert.fail() });
    {
      await using gateway = await startEmulatedGateway({ clock, clientKeys, keeper });
      const response = await fetch(`${gateway.url}/v1beta/models`, { headers: withKey("anna") });
      await response.body?.cancel();
      remaining.push(response.headers.get("x-ratelimit-remaining-requests"));
    }
    await keeper.close();
    if (start === 1) clock.advance(62_000);
  }
  assert.deepEqual(remaining, ["1", "0", "0"]);
});

Deno.test("A refusal tells calls of models to wait for tokens, too, and other requests not", async () => {
  await using limited = await startLimited({ requestsPerMinute: 1, tokensPerDay: 1 });
  const { send } = limited;
  assert.equal((await send()).status, 200);
  assert.equal((await send()).retryDelay, "86400s");
  assert.equal((await send("/v1beta/models")).retryDelay, "60s");
  assert.equal((await send("/upload/v1beta/files", { method: "POST" })).retryDelay, "60s");
});

Deno.test("Nothing is read from the store while a request of a limited key waits", async () => {
  const reads: string[] = [];
  const keeper: Keeper = {
    isShared: false,
    open: (kind) => ({
      ...NO_KEEPER.open(kind, { restore() {}, adopt() {} }),
      // A disk that does not answer.
      read: () => {
        reads.push(kind.name);
        return new Promise(() => {});
      },
    }),
  };
  const limits: KeyLimits = {
    requestsPerMinute: 100,
    requestsPerDay: 100,
    tokensPerMinute: 100_000,
    tokensPerMonth: 100_000,
    budget: { microUsd: 1_000_000, per: "month" },
    maxConcurrent: 2,
  };
  await using gateway = await startEmulatedGateway({
    keeper,
    clientKeys: limitedKeys({ anna: { limits, allow: ["*-flash"] } }),
    costOf: () => 1,
  });
  for (const method of ["generateContent", "streamGenerateContent", "countTokens"] as const) {
    const answer = call(gateway.url, { method, headers: withKey("anna") });
    const response = await within(30_000, answer, { what: method });
    await response.body?.cancel();
    assert.equal(response.status, 200);
  }
  const list = fetch(`${gateway.url}/v1beta/models`, { headers: withKey("anna") });
  await (await within(30_000, list, { what: "The list of models" })).body?.cancel();
  assert.deepEqual(reads, []);
});
