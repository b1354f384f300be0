import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { within } from "../../support/deadline.ts";
import { ACCOUNT_KINDS, type AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { emulatedAccount, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf, type GeminiCallOptions } from "../../support/gemini_call.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import {
  type SilentExchange,
  type SilentUpstream,
  startSilentUpstream,
} from "../../support/silent_upstream.ts";
import { stay } from "../../support/stay.ts";

const METHODS = ["generateContent", "streamGenerateContent", "countTokens"] as const;
const GONE = "The client closed the request";

/**
 * Small enough to come with its headers in 512 bytes: Deno, from 2.8.3 to 2.9 at least, does not notice
 * that a client leaves before its response begins if the rest of its request came later.
 */
const TEXT = "Hello";

/**
 * Longest wait for what a departure brings about, in ms. Pollux notices within a second, but a busy machine
 * may take far longer; without the departure the upstream would stay silent for ever.
 */
const LIMIT_MS = 30_000;

/** A gateway whose accounts `one`, `two` and `three` are of that kind, and whose upstream falls silent. */
async function startSilence(kind: AccountKind, response = "") {
  const upstream = startSilentUpstream(response);
  const emulator = await startEmulator();
  const gateway = await startTestGateway({
    // The emulator gives access tokens, and nothing else comes to it.
    accounts: ["one", "two", "three"].map((name) => ({
      ...emulatedAccount(emulator, name, kind),
      baseUrls: [upstream.url],
      project: "p",
    })),
  });
  return {
    upstream,
    gateway,
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await emulator.close();
      await gateway.close();
    },
  };
}

/** Checks how many requests upstream has had; the message shows them. */
function assertArrivals({ exchanges }: SilentUpstream, count: number): void {
  const lines = exchanges.map(({ line }) => line).join("\n");
  assert.equal(exchanges.length, count, `Upstream has had ${exchanges.length} requests:\n${lines}`);
}

/** Makes a call and leaves when upstream has had it for a while. */
async function leave(
  gateway: TestGateway,
  options: GeminiCallOptions & { readonly arrival: Promise<SilentExchange> },
): Promise<SilentExchange> {
  const client = new AbortController();
  const response = call(gateway.url, { text: TEXT, ...options, signal: client.signal });
  const left = assert.rejects(response, { name: "AbortError" });
  const exchange = await within(LIMIT_MS, options.arrival, { what: "The upstream request" });
  await stay();
  client.abort();
  await left;
  return exchange;
}

const STREAM_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
const JSON_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";

/** What upstream has sent when the client leaves: nothing that the client could have seen. */
const BEFORE_AN_RESPONSE: readonly (readonly [
  method: (typeof METHODS)[number],
  response: string,
])[] = [
  ...METHODS.map((method) => [method, ""] as const),
  ["streamGenerateContent", STREAM_HEAD],
  ["streamGenerateContent", `${STREAM_HEAD}data: {`],
  ["generateContent", JSON_HEAD],
  ["countTokens", `${JSON_HEAD}{`],
];

for (const kind of ACCOUNT_KINDS) {
  Deno.test(`A client that leaves before its answer begins aborts a ${kind} upstream`, async (t) => {
    for (const [method, response] of BEFORE_AN_RESPONSE) {
      await t.step(`${method}, ${response.length} bytes of it sent`, async () => {
        await using silence = await startSilence(kind, response);
        const { gateway, upstream } = silence;
        const exchange = await leave(gateway, { method, arrival: upstream.arrival(0) });
        await within(LIMIT_MS, exchange.closed, { what: "The end of the upstream request" });
        const record = await within(LIMIT_MS, gateway.waitForCall(), { what: "The record" });
        assert.deepEqual([record.status, record.failure], [499, GONE]);
        assert.deepEqual([record.account, record.attempts], ["one", 1]);
        assertArrivals(upstream, 1);
        assert.deepEqual(gateway.problems, []);
      });
    }
  });

  Deno.test(`A ${kind} account is not blamed for clients that leave`, async () => {
    await using silence = await startSilence(kind);
    const { gateway, upstream } = silence;
    for (let turn = 0; turn < 3; turn++) {
      await leave(gateway, { arrival: upstream.arrival(turn) });
      const what = "The record";
      await within(LIMIT_MS, gateway.waitForCall(() => gateway.calls.length > turn), { what });
    }
    // The conversation is still the first account's, which a failure would have changed.
    assert.deepEqual(gateway.calls.map(({ account }) => account), ["one", "one", "one"]);
  });

  Deno.test(`A client that leaves midway aborts a ${kind} upstream, however long its body was`, async (t) => {
    for (const query of ["?alt=sse", "?alt=json"]) {
      for (const length of [10, 100_000]) {
        await t.step(`${query}, ${length} bytes`, async () => {
          const fields = '"candidates":[{"finishReason":"STOP"}]';
          const json = `{"response":{${fields}},${fields}}`;
          await using silence = await startSilence(
            kind,
            `${STREAM_HEAD}data: ${json}\r\n\r\n`,
          );
          const { gateway, upstream } = silence;
          const client = new AbortController();
          const response = await call(gateway.url, {
            method: "streamGenerateContent",
            query,
            text: "x".repeat(length),
            signal: client.signal,
          });
          const reader = (response.body ?? assert.fail()).getReader();
          assert.equal((await reader.read()).done, false);
          client.abort();
          await assert.rejects(reader.read(), { name: "AbortError" });
          const { closed } = await upstream.arrival(0);
          await within(LIMIT_MS, closed, { what: "The end of the upstream request" });
          const record = await within(LIMIT_MS, gateway.waitForCall(), { what: "The record" });
          assert.deepEqual([record.status, record.failure, record.attempts], [200, GONE, 1]);
          assertArrivals(upstream, 1);
        });
      }
    }
  });
}

Deno.test("An upstream that is left after first_byte is hung up on, however long the request was", async (t) => {
  for (const response of ["", STREAM_HEAD]) {
    for (const length of [10, 100_000]) {
      await t.step(`${response.length} bytes answered to ${length}`, async () => {
        await using upstream = startSilentUpstream(response);
        await using gateway = await startTestGateway({
          accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
          settings: { timeouts: { firstByteMs: 200 }, routing: { maxAttempts: 1 } },
        });
        const text = "x".repeat(length);
        const refused = await call(gateway.url, { method: "streamGenerateContent", text });
        assert.equal((await errorOf(refused)).code, 504);
        const { closed } = await upstream.arrival(0);
        await within(LIMIT_MS, closed, { what: "The end of the upstream request" });
      });
    }
  }
});

for (
  const [what, event, code, attempts] of [
    ["an event that is no envelope", "no envelope", 502, 1],
    ["an error", '{"error":{"code":503,"message":"Away","status":"UNAVAILABLE"}}', 503, 3],
  ] as const
) {
  Deno.test(`An upstream that is left for ${what} in its stream is hung up on`, async () => {
    await using silence = await startSilence(
      "code-assist",
      `${STREAM_HEAD}data: ${event}\r\n\r\n`,
    );
    const { gateway, upstream } = silence;
    const refused = await call(gateway.url, { method: "streamGenerateContent", text: TEXT });
    assert.equal((await errorOf(refused)).code, code);
    assertArrivals(upstream, attempts);
    const ends = Promise.all(upstream.exchanges.map(({ closed }) => closed));
    await within(LIMIT_MS, ends, { what: "The end of the upstream requests" });
  });
}

Deno.test("A client that leaves while a retry is waited for causes no further attempt", async () => {
  const body = JSON.stringify({
    error: {
      code: 429,
      status: "RESOURCE_EXHAUSTED",
      message: "Soon",
      details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1.9s" }],
    },
  });
  await using upstream = startSilentUpstream(
    `HTTP/1.1 429 Too Many Requests\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await using gateway = await startTestGateway({
    accounts: [{ name: "one", baseUrls: [upstream.url], key: "planted-key" }],
  });
  await leave(gateway, { arrival: upstream.arrival(0) });
  const record = await within(LIMIT_MS, gateway.waitForCall(), { what: "The record" });
  assert.deepEqual([record.status, record.failure, record.attempts], [499, GONE, 1]);
  assertArrivals(upstream, 1);
});

Deno.test("When forty clients leave in the middle of their answers, nothing stays in flight", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "code-assist" },
  });
  const { emulator } = gateway;
  for (const name of ["one", "two"]) {
    emulator.always(name, { type: "ok", chunks: ["a", "b"], chunkDelayMs: 60_000 });
  }
  const client = new AbortController();
  const { signal } = client;
  const readers = await Promise.all(Array.from({ length: 40 }, async (_, index) => {
    const text = `A conversation of its own, number ${index}`;
    const response = await call(gateway.url, { method: "streamGenerateContent", text, signal });
    const reader = (response.body ?? assert.fail()).getReader();
    assert.equal((await reader.read()).done, false);
    return reader;
  }));
  assert.equal(emulator.inFlight, 40);
  client.abort();
  // Deno lets go of the link from a signal to a response that has begun when it collects garbage.
  await Promise.allSettled(readers.map((reader) => reader.cancel()));
  const ended = Promise.all(emulator.requests.map(({ finished }) => finished));
  await within(LIMIT_MS, ended, { what: "The end of all upstream requests" });
  assert.equal(emulator.inFlight, 0);
  const last = gateway.waitForCall(() => gateway.calls.length === 40);
  await within(LIMIT_MS, last, { what: "The last record" });
  assert.ok(gateway.calls.every(({ failure }) => failure === GONE));
});
