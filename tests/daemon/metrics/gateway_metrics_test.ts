/** What a gateway counts for Prometheus is what its clients and the emulated Google saw. @module */
import assert from "node:assert/strict";
import { sumOfCounted } from "../../../src/emulator/counted_usage.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { call, type GeminiCallOptions } from "../../support/gemini_call.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";
import { FLASH, startMeasured } from "./metrics_bed.ts";

const THREE = { one: "gemini-api", two: "gemini-api", three: "vertex" } as const;

Deno.test("Requests, tokens, costs and upstream requests are those that clients and Google counted", async () => {
  const clientKeys = limitedKeys({ team: {}, other: {} });
  await using gateway = await startMeasured({ accounts: THREE, clientKeys });
  const { url, emulator } = gateway;
  const before = upstreamCalls(emulator.requests);
  emulator.script("one", [{ type: "503" }]);
  emulator.script("two", [{ type: "429-short", delayMs: 60_000 }]);
  const sent: GeminiCallOptions[] = [
    ...Array.from({ length: 6 }, (_, nth) => ({ text: `a ${nth}`, headers: withKey("team") })),
    ...Array.from({ length: 3 }, (_, nth) => ({
      ...{ text: `b ${nth}`, method: "streamGenerateContent" as const, query: "?alt=sse" },
      headers: withKey("other"),
    })),
    { method: "countTokens", headers: withKey("other") },
    { model: "gemini-2.5-pro", headers: withKey("other") },
    { headers: withKey("team"), body: '{"wrong": 1}' },
    { headers: { "x-goog-api-key": "planted-wrong-key" } },
  ];
  const codes = new Map<number, number>();
  for (const options of sent) {
    const response = await call(url, options);
    await response.text();
    codes.set(response.status, (codes.get(response.status) ?? 0) + 1);
  }
  await (await fetch(`${url}/healthz`)).text();
  const scrape = await gateway.scrape(sent.length + 1);

  for (const [code, count] of codes) {
    const of = { code: String(code), route: code === 401 ? "" : "native" };
    const listed = code === 200 ? 1 : 0;
    assert.equal(scrape.sum("pollux_requests_total", of), count + listed, `code ${code}`);
  }
  assert.equal(codes.get(401), 1);
  assert.equal(codes.get(400), 1);
  assert.equal(scrape.sum("pollux_requests_total", { route: "healthz" }), 1);
  assert.equal(scrape.sum("pollux_requests_total", { key: "team", model: FLASH }), 7);
  assert.equal(scrape.sum("pollux_requests_total", { key: "", code: "401" }), 1);
  assert.equal(scrape.sum("pollux_requests_total"), sent.length + 2);
  assert.equal(scrape.sum("pollux_request_duration_seconds_count"), sent.length + 2);
  assert.equal(scrape.sum("pollux_time_to_first_event_seconds_count", { model: FLASH }), 3);

  const counted = sumOfCounted(emulator.counted());
  const tokens = (type: string) => scrape.sum("pollux_tokens_total", { type });
  assert.equal(tokens("prompt") + tokens("cached"), counted.prompt);
  assert.equal(tokens("cached"), counted.cached);
  assert.equal(tokens("tool"), counted.tool);
  assert.equal(tokens("thought"), counted.thoughts);
  assert.equal(tokens("output"), counted.output);
  assert.ok(counted.prompt > 0 && counted.output > 0);
  for (const account of Object.keys(THREE)) {
    const own = sumOfCounted(emulator.counted().filter((row) => row.account === account));
    assert.equal(scrape.sum("pollux_tokens_total", { account, type: "output" }), own.output);
    assert.equal(
      scrape.sum("pollux_upstream_requests_total", { account }) -
        scrape.sum("pollux_upstream_requests_total", { account, model: "" }),
      upstreamCalls(emulator.requests)[account],
      account,
    );
  }
  assert.deepEqual(before, {});
  const flash = scrape.sum("pollux_tokens_total", { model: FLASH });
  assert.ok(Math.abs(scrape.sum("pollux_cost_usd_total") * 1e6 - 2 * flash) < 1e-6);
  assert.equal(scrape.sum("pollux_unpriced_requests_total", { model: "gemini-2.5-pro" }), 1);

  const ended = (account: string, outcome: string) =>
    scrape.sum("pollux_upstream_requests_total", { account, outcome });
  assert.equal(ended("one", "unavailable"), 1);
  assert.equal(ended("two", "resource_exhausted"), 1);
  assert.equal(scrape.sum("pollux_rotations_total"), 2);
  assert.equal(scrape.sum("pollux_rotations_total", { reason: "resource_exhausted" }), 1);
  assert.equal(scrape.sum("pollux_requests_in_flight"), 0);
  assert.deepEqual(scrape.values("pollux_requests_total", "key"), ["", "open", "other", "team"]);
});

/** Requests for models by account. */
function upstreamCalls(
  requests: readonly { readonly account: string | undefined; readonly path: string }[],
): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const { account, path } of requests) {
    if (account !== undefined && path.includes(":")) calls[account] = (calls[account] ?? 0) + 1;
  }
  return calls;
}

Deno.test("A model that no account lists is other, however many clients make up", async () => {
  await using gateway = await startMeasured();
  const names = Array.from({ length: 30 }, (_, nth) => `made-up-${nth}`);
  for (const model of [...names, FLASH]) await (await call(gateway.url, { model })).text();
  const scrape = await gateway.scrape(names.length + 1);
  assert.deepEqual(scrape.values("pollux_requests_total", "model"), ["", FLASH, "other"]);
  assert.equal(scrape.sum("pollux_requests_total", { model: "other" }), names.length);
  assert.equal(scrape.sum("pollux_request_duration_seconds_count", { model: "other" }), 30);
  assert.deepEqual(scrape.values("pollux_upstream_requests_total", "model"), ["", FLASH, "other"]);
});

Deno.test("Where the catalogue is not known, a model is other until a call of it succeeds", async () => {
  await using gateway = await startMeasured({ hasCatalogue: false });
  const wrong = { body: '{"wrong": 1}' };
  const calls = [wrong, {}, wrong, { model: "made-up" }, { model: "made-up" }];
  for (const options of calls) await (await call(gateway.url, options)).text();
  const scrape = await gateway.scrape(5);
  const codes = (model: string) =>
    scrape.samples("pollux_requests_total", { model })
      .map(({ labels, value }) => [labels["code"], value]);
  assert.deepEqual(codes(FLASH), [["200", 1], ["400", 1]]);
  assert.deepEqual(codes("other"), [["400", 1], ["404", 2]]);
});

Deno.test("A limit that refuses a request is counted by the key and the limit", async () => {
  const clientKeys = limitedKeys({
    team: {},
    fast: { limits: { requestsPerMinute: 1 } },
    small: { limits: { tokensPerDay: 1 } },
  });
  await using gateway = await startMeasured({ clientKeys });
  const keys = ["fast", "fast", "fast", "small", "small"];
  for (const key of keys) await (await call(gateway.url, { headers: withKey(key) })).text();
  const scrape = await gateway.scrape(keys.length);
  const refusals = (labels: Record<string, string>) =>
    scrape.sum("pollux_limit_refusals_total", labels);
  assert.equal(refusals({ key: "fast", limit: "requests_per_minute" }), 2);
  assert.equal(refusals({ key: "small", limit: "tokens_per_day" }), 1);
  assert.equal(refusals({}), 3);
  assert.equal(scrape.sum("pollux_requests_total", { key: "fast", code: "429" }), 2);
});

Deno.test("A conversation that stays, moves or finds no account is told apart", async () => {
  await using gateway = await startMeasured({
    accounts: { one: "gemini-api", two: "gemini-api" },
    settings: { routing: { strategy: "cache_first", maxWaitMs: 0 } },
  });
  const { url, emulator } = gateway;
  const turn = async () => {
    const response = await call(url, { headers: { "x-session-id": "planted-session" } });
    await response.text();
    return response.headers.get("x-pollux-account") ?? "";
  };
  const first = await turn();
  assert.equal(await turn(), first);
  assert.equal(await turn(), first);
  emulator.always(first, { type: "429-long", hours: 1 });
  const second = await turn();
  assert.notEqual(second, first);
  emulator.always(second, { type: "429-long", hours: 1 });
  await turn();
  const scrape = await gateway.scrape(5);
  const result = (result: string) => scrape.sum("pollux_affinity_total", { result });
  assert.deepEqual([result("hit"), result("moved"), result("lost")], [2, 1, 1]);
});

Deno.test("Accounts that cool or are disabled are not available, and the time left is told", async () => {
  const clock = new FakeClock();
  await using gateway = await startMeasured({
    clock,
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  const { url, emulator } = gateway;
  const idle = await gateway.scrape(0);
  assert.equal(idle.sum("pollux_account_available", { account: "one" }), 1);
  assert.equal(idle.sum("pollux_accounts", { state: "available" }), 2);
  assert.equal(idle.samples("pollux_account_cooling_seconds").length, 0);
  emulator.always("one", { type: "429-short", delayMs: 60_000 });
  emulator.always("two", { type: "403-disabled" });
  await (await call(url)).text();
  clock.advance(10_000);
  const scrape = await gateway.scrape(1);
  assert.equal(
    scrape.sum("pollux_account_cooling_seconds", { account: "one", model: FLASH }),
    50,
  );
  assert.equal(scrape.sum("pollux_account_available", { account: "one" }), 1);
  assert.equal(scrape.sum("pollux_account_available", { account: "two" }), 0);
  assert.ok(scrape.sum("pollux_account_cooling_seconds", { account: "two", model: "all" }) > 0);
  assert.equal(scrape.sum("pollux_accounts", { state: "cooling" }), 1);
});

Deno.test("A stream that breaks counts as broken, and one that its client leaves does not", async () => {
  await using gateway = await startMeasured();
  const { url, emulator } = gateway;
  const stream = { method: "streamGenerateContent", query: "?alt=sse" } as const;
  emulator.script("one", [
    { type: "error-mid-stream", afterEvents: 2 },
    { type: "ok", chunks: ["a", "b", "c"], holdAfter: 1 },
  ]);
  await (await call(url, stream)).text();
  const abort = new AbortController();
  const response = await call(url, { ...stream, signal: abort.signal });
  const reader = response.body?.getReader() ?? assert.fail();
  await reader.read();
  assert.match(await gateway.metrics.text(), /^pollux_requests_in_flight 1$/m);
  abort.abort();
  await reader.read().catch(() => {});
  const scrape = await gateway.scrape(2);
  assert.equal(scrape.sum("pollux_broken_responses_total", { model: FLASH }), 1);
  assert.equal(scrape.sum("pollux_requests_total", { model: FLASH, code: "200" }), 2);
  assert.equal(scrape.sum("pollux_requests_in_flight"), 0);
});

Deno.test("Another request to the same account is no move", async () => {
  await using gateway = await startMeasured({ clock: systemClock });
  gateway.emulator.script("one", [{ type: "500" }]);
  const response = await call(gateway.url);
  await response.text();
  assert.equal(response.status, 200);
  const scrape = await gateway.scrape(1);
  assert.equal(scrape.sum("pollux_upstream_requests_total", { model: FLASH }), 2);
  assert.equal(scrape.sum("pollux_upstream_requests_total", { outcome: "internal" }), 1);
  assert.equal(scrape.sum("pollux_rotations_total"), 0);
});

Deno.test("The overhead is counted once for each call that an account got", async () => {
  await using gateway = await startMeasured({ clock: systemClock });
  const { url } = gateway;
  for (let nth = 0; nth < 5; nth++) await (await call(url, { text: `${nth}` })).text();
  await (await fetch(`${url}/healthz`)).text();
  const scrape = await gateway.scrape(6);
  assert.equal(scrape.sum("pollux_overhead_seconds_count"), 5);
  const overhead = scrape.sum("pollux_overhead_seconds_sum");
  assert.ok(overhead > 0, `${overhead}`);
});

Deno.test("The lag of usage, the version and the process are told", async () => {
  await using gateway = await startMeasured({ writeLagMs: 2500 });
  const scrape = await gateway.scrape(0);
  assert.equal(scrape.sum("pollux_usage_write_lag_seconds"), 2.5);
  assert.equal(scrape.sum("pollux_build_info", { deno: Deno.version.deno }), 1);
  assert.ok(scrape.sum("process_resident_memory_bytes") > 1e6);
  assert.ok(Math.abs(scrape.sum("process_start_time_seconds") - Date.now() / 1000) < 600);
  assert.equal(gateway.metrics.type, "text/plain; version=0.0.4; charset=utf-8");
});

Deno.test("A text of many series is made with pauses for calls, once for all who ask meanwhile", async () => {
  await using gateway = await startMeasured();
  const { metrics } = gateway;
  for (let nth = 0; nth < 9000; nth++) {
    metrics.observer.counts.cost.of({ key: `${nth}`, account: "one", model: "m" }).value = nth;
  }
  const text = metrics.text();
  assert.equal(metrics.text(), text);
  let turns = 0;
  const timer = setInterval(() => turns++);
  const lines = (await text).split("\n");
  clearInterval(timer);
  assert.ok(lines.length > 9000);
  assert.ok(turns >= 5, `${turns} turns`);
  const later = metrics.text();
  assert.notEqual(later, text);
  await later;
});
