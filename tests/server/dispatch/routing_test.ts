/** Strategies, limits of calls at once, deadlines and rests, through a running gateway. @module */
import assert from "node:assert/strict";
import { clientDeadlineMs } from "../../../src/server/call/client_deadline.ts";
import { emulatedAccount, startEmulatedGateway } from "../../support/emulated_gateway.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { within } from "../../support/deadline.ts";
import { startTestGateway, type TestGateway } from "../../support/gateway.ts";
import { RESPONSE, scriptedStream, startTestUpstream } from "../../support/test_upstream.ts";

const PATIENCE_MS = 20_000;

Deno.test("clientDeadlineMs() reads seconds, and no nonsense", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["10", 10_000],
    ["0.5", 500],
    ["0", Infinity],
    ["-1", Infinity],
    ["soon", Infinity],
    ["1e3", Infinity],
    ["", Infinity],
  ];
  for (const [value, ms] of cases) {
    assert.equal(clientDeadlineMs(new Headers({ "x-server-timeout": value })), ms, value);
  }
  assert.equal(clientDeadlineMs(new Headers()), Infinity);
});

Deno.test("X-Server-Timeout ends a call that takes longer, its attempts included", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  for (const name of ["one", "two"]) gateway.emulator.always(name, "hang");
  const headers = { "x-server-timeout": "1" };
  const response = await within(PATIENCE_MS, call(gateway.url, { headers }), { what: "The error" });
  assert.equal(response.status, 504);
  const { message } = await errorOf(response);
  assert.equal(message, "The request took longer than 1 s");
  assert.equal(gateway.emulator.requests.length, 1);
});

Deno.test("X-Server-Timeout makes no call longer, and does not wait for an account that is back too late", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api" },
    settings: { timeouts: { totalMs: 1000 } },
  });
  gateway.emulator.script("one", ["hang"]);
  const slow = await call(gateway.url, { headers: { "x-server-timeout": "600" } });
  assert.equal((await errorOf(slow)).message, "The request took longer than 1 s");
  gateway.emulator.always("one", { type: "429-short", delayMs: 1900 });
  const limited = await call(gateway.url, { headers: { "x-server-timeout": "1" } });
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get("x-pollux-attempts"), "1");
  await limited.body?.cancel();
});

Deno.test("A call waits for a short limit of the only account, and is answered by it", async () => {
  await using gateway = await startEmulatedGateway({ accounts: { one: "gemini-api" } });
  gateway.emulator.script("one", [{ type: "429-short", delayMs: 300 }]);
  const response = await call(gateway.url);
  assert.equal(response.status, 200, await response.text());
  assert.equal(response.headers.get("x-pollux-attempts"), "2");
});

Deno.test("A day's quota rests until midnight in California, and the client is told the time", async () => {
  const clock = { now: () => Date.parse("2026-07-04T12:00:00Z") };
  await using gateway = await startEmulatedGateway({ accounts: { one: "gemini-api" }, clock });
  gateway.emulator.script("one", [{ type: "429-daily" }]);
  for (let turn = 0; turn < 2; turn++) {
    const response = await call(gateway.url);
    assert.equal(response.status, 429);
    assert.equal(response.headers.get("retry-after"), String(19 * 3600));
    const { message } = await errorOf(response);
    assert.match(message, /the first one is back in 68400 s \(at 2026-07-05T07:00:00Z\)\./);
  }
  assert.equal(gateway.emulator.requests.length, 1);
  const [one] = gateway.gateway.snapshot();
  assert.equal(one?.state, "available");
  assert.deepEqual(one?.models.map(({ model, state, untilMs }) => [model, state, untilMs]), [
    ["gemini-2.5-flash", "cooling", Date.parse("2026-07-05T07:00:00Z")],
  ]);
});

const EVENT = `data: ${JSON.stringify(RESPONSE)}\r\n\r\n`;

/** Streams that begin, and end when a test says so; calls that are not streamed are answered at once. */
function startStreamingUpstream() {
  const streams: ReturnType<typeof scriptedStream>[] = [];
  const upstream = startTestUpstream(({ url }) => {
    if (!url.includes(":stream")) return Response.json(RESPONSE);
    const stream = scriptedStream();
    streams.push(stream);
    stream.write(EVENT);
    return stream.response;
  });
  return { upstream, streams };
}

function callsInFlight({ gateway }: TestGateway): number[] {
  return gateway.snapshot().map((one) => one.callsInFlight);
}

Deno.test("A stream is a call in flight until its end: who waits in line is answered then, the others are told", async () => {
  const { upstream, streams } = startStreamingUpstream();
  await using google = upstream;
  const account = { name: "one", baseUrls: [google.url], key: "k", settings: { maxConcurrent: 1 } };
  await using gateway = await startTestGateway({
    accounts: [account],
    settings: { routing: { maxWaiting: 1 } },
  });
  const streaming = await call(gateway.url, { method: "streamGenerateContent" });
  assert.equal(streaming.status, 200);
  assert.deepEqual(callsInFlight(gateway), [1]);
  assert.equal(gateway.gateway.snapshot()[0]?.state, "busy");
  const responses = [1, 2].map((nth) => call(gateway.url, { text: `Who waits, ${nth}` }));
  // One of the two found the line full.
  const refused = await within(PATIENCE_MS, Promise.race(responses), { what: "The refusal" });
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  assert.match(
    (await errorOf(refused)).message,
    /^Every account for .* already has as many requests/,
  );
  streams[0]?.end();
  await streaming.text();
  const statuses = (await Promise.all(responses)).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [200, 429]);
  await Promise.all(responses.map(async (answer) => (await answer).body?.cancel().catch(() => {})));
  assert.deepEqual(callsInFlight(gateway), [0]);
  assert.equal(google.seen.length, 2);
});

Deno.test("A call waits no longer than routing.max_wait for a busy account", async () => {
  const { upstream, streams } = startStreamingUpstream();
  await using google = upstream;
  const account = { name: "one", baseUrls: [google.url], key: "k", settings: { maxConcurrent: 1 } };
  await using gateway = await startTestGateway({
    accounts: [account],
    settings: { routing: { maxWaitMs: 50 } },
  });
  const streaming = await call(gateway.url, { method: "streamGenerateContent" });
  const waited = await within(PATIENCE_MS, call(gateway.url), { what: "The refusal" });
  assert.equal(waited.status, 429, await waited.text());
  streams[0]?.end();
  await streaming.text();
  assert.deepEqual(callsInFlight(gateway), [0]);
});

Deno.test("A client that leaves frees its account, and its place in the line", async () => {
  const { upstream, streams } = startStreamingUpstream();
  await using google = upstream;
  const account = { name: "one", baseUrls: [google.url], key: "k", settings: { maxConcurrent: 1 } };
  await using gateway = await startTestGateway({ accounts: [account] });
  const streaming = await call(gateway.url, { method: "streamGenerateContent" });
  const leaving = new AbortController();
  const waiting = call(gateway.url, { signal: leaving.signal, text: "Who leaves" });
  const patient = call(gateway.url, { text: "Who stays" });
  leaving.abort();
  await assert.rejects(waiting);
  await streaming.body?.cancel();
  const answer = await within(PATIENCE_MS, patient, { what: "The answer" });
  assert.equal(answer.status, 200, await answer.text());
  // Nobody tells when the gateway has noticed who left.
  while (callsInFlight(gateway)[0] !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
  streams.forEach((stream) => stream.end());
});

Deno.test("performance_first spreads one conversation's streams over accounts by their calls in flight", async () => {
  const { upstream, streams } = startStreamingUpstream();
  await using google = upstream;
  await using gateway = await startTestGateway({
    accounts: ["one", "two", "three"].map((name) => ({ name, baseUrls: [google.url], key: name })),
    settings: { routing: { strategy: "performance_first" } },
  });
  const responses: Response[] = [];
  for (let nth = 0; nth < 6; nth++) {
    responses.push(await call(gateway.url, { method: "streamGenerateContent" }));
  }
  assert.deepEqual(callsInFlight(gateway), [2, 2, 2]);
  streams.forEach((stream) => stream.end());
  await Promise.all(responses.map((answer) => answer.text()));
  assert.deepEqual(callsInFlight(gateway), [0, 0, 0]);
});

Deno.test("cache_first waits for the conversation's account, where balance moves on", async () => {
  for (const strategy of ["cache_first", "balance"] as const) {
    await using gateway = await startEmulatedGateway({
      accounts: { one: "gemini-api", two: "gemini-api" },
      settings: { routing: { strategy } },
    });
    const before = [await call(gateway.url), await call(gateway.url)];
    await Promise.all(before.map((answer) => answer.text()));
    const [first, second] = before.map((answer) => answer.headers.get("x-pollux-account"));
    assert.ok(first);
    assert.equal(second, first);
    gateway.emulator.script(first, [{ type: "429-short", delayMs: 200 }]);
    const third = await call(gateway.url);
    assert.equal(third.status, 200, await third.text());
    assert.equal(third.headers.get("x-pollux-account") === first, strategy === "cache_first");
    assert.equal(third.headers.get("x-pollux-attempts"), "2");
  }
});

Deno.test("Accounts of a higher priority answer first, and weights share the rest", async () => {
  await using gateway = await startEmulatedGateway({ accounts: { high: "gemini-api" } });
  const { emulator } = gateway;
  await gateway.setAccounts([
    { ...emulatedAccount(emulator, "light"), settings: { weight: 1 } },
    { ...emulatedAccount(emulator, "heavy"), settings: { weight: 3 } },
    { ...emulatedAccount(emulator, "best"), settings: { priority: 5 } },
  ]);
  async function shares(calls: number): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (let nth = 0; nth < calls; nth++) {
      const response = await call(gateway.url, { text: `Conversation ${crypto.randomUUID()}` });
      assert.equal(response.status, 200, await response.text());
      const name = response.headers.get("x-pollux-account") ?? "";
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }
  assert.deepEqual(await shares(4), { best: 4 });
  emulator.always("best", { type: "429-long", hours: 1 });
  assert.deepEqual(await shares(12), { light: 3, heavy: 9 });
});

Deno.test("Only the turns of a conversation stay with its account; to count tokens binds nothing", async () => {
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  const accountsOf = async (method: "countTokens" | "generateContent") => {
    const used: (string | null)[] = [];
    for (let count = 0; count < 4; count++) {
      const response = await call(gateway.url, { method });
      await response.body?.cancel();
      used.push(response.headers.get("x-pollux-account"));
    }
    return new Set(used).size;
  };
  assert.equal(await accountsOf("countTokens"), 2);
  assert.equal(await accountsOf("generateContent"), 1);
});
