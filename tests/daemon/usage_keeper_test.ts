/** What a gateway's ledger has of calls that Google counted, what it costs, and what is left of it when it stops. @module */
import assert from "node:assert/strict";
import { delay } from "../../src/base/delay.ts";
import type { Keeper } from "../../src/base/stored/kept.ts";
import { UsageKeeper } from "../../src/daemon/usage_keeper.ts";
import { sumOfCounted } from "../../src/emulator/counted_usage.ts";
import { newCallRecord } from "../../src/server/call/call_record.ts";
import type { Rates } from "../../src/usage/prices.ts";
import { UsageCounts } from "../../src/usage/usage_counts.ts";
import {
  DAY_MS,
  HOUR_MS,
  hourKey,
  periodAt,
  USAGE,
  type UsageRow,
} from "../../src/usage/usage_row.ts";
import { clientKeysOf } from "../support/client_keys.ts";
import { within } from "../support/deadline.ts";
import { startEmulatedGateway } from "../support/emulated_gateway.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { call, said } from "../support/gemini_call.ts";
import { NO_KEEPER, readKept, writeKept } from "../support/kept.ts";
import { memoryStore } from "../support/memory_database.ts";
import { until } from "../support/until.ts";
import { VirtualTime } from "../support/virtual_time.ts";

const FLASH = "gemini-2.5-flash";
/** Of the list: USD per million tokens. */
const LISTED = { input: 0.3, output: 2.5 };

/** A ledger, and what it has stored when it is closed. */
async function startLedger(prices: Readonly<Record<string, Rates>> = {}) {
  const store = await memoryStore();
  const clock = new FakeClock();
  const keeper = store.keeper({ clock, onProblem: assert.fail });
  const usage = new UsageKeeper({
    keeper,
    clock,
    retentionMs: Infinity,
    prices,
    nameOf: (id) => `name of ${id}`,
    onProblem: assert.fail,
  });
  return {
    usage,
    clock,
    async rows(): Promise<readonly UsageRow[]> {
      await usage.close();
      await keeper.close();
      const rows = await readKept(store, USAGE);
      store[Symbol.dispose]();
      return rows.map(({ value }) => value);
    },
  };
}

/** A record of a call that is over, with 1,000 tokens in and 100 out. */
function ended(model: string, clock: FakeClock) {
  const atMs = clock.now();
  return {
    ...newCallRecord(atMs),
    method: "generateContent",
    model,
    account: "one",
    status: 200,
    finishedAtMs: atMs,
    usage: { prompt: 1000, cached: 0, tool: 0, candidates: 100, thoughts: 0, total: 1100 },
  };
}

/** How long a busy machine may take, in ms. */
const LIMIT_MS = 10_000;

Deno.test("A stopped ledger has stored the calls that ended just before", async () => {
  const { usage, clock, rows } = await startLedger();
  for (let nth = 0; nth < 3; nth++) usage.observer.end?.(ended(FLASH, clock));
  assert.deepEqual((await rows()).map(({ sums }) => sums.counts.calls), [3]);
});

Deno.test("Once a day, hours are folded into days, and what is older than the retention is deleted", async () => {
  using store = await memoryStore();
  const time = new VirtualTime(Date.UTC(2026, 10, 29));
  const keeper = store.keeper({ clock: time, onProblem: assert.fail });
  const usage = new UsageKeeper({
    keeper,
    clock: time,
    timer: time,
    retentionMs: 400 * DAY_MS,
    prices: {},
    onProblem: assert.fail,
  });
  const rows = [20, 60, 300].flatMap((days) =>
    [0, 1].map((hours): UsageRow => ({
      keyId: "open",
      keyName: "open",
      account: "one",
      model: FLASH,
      method: "generateContent",
      period: periodAt(time.now() - days * DAY_MS + hours * HOUR_MS),
      sums: new UsageCounts(),
    }))
  );
  for (const { sums } of rows) sums.counts.calls = 1;
  await writeKept(store, USAGE, rows.map((value) => ({ key: hourKey(value, "run"), value })));
  const shown = async () =>
    (await readKept(store, USAGE)).map(({ value: { period, sums } }) =>
      `${period}: ${sums.counts.calls}`
    ).sort();
  const hours = ["2026-11-09T00: 1", "2026-11-09T01: 1"];
  await time.pass(HOUR_MS);
  await until(async () => (await shown()).length === 4, { what: "The first pass" });
  assert.deepEqual(await shown(), ["2026-02-02: 2", "2026-09-30: 2", ...hours]);
  // A changed configuration applies to the next pass.
  usage.change({ retention: 100 * DAY_MS, prices: {} });
  await time.pass(DAY_MS);
  await until(async () => (await shown()).length === 3, { what: "The second pass" });
  assert.deepEqual(await shown(), ["2026-09-30: 2", ...hours]);
  await usage.close();
  await keeper.close();
  await time.run();
});

Deno.test("The lag of usage grows from its first unwritten change on, and ends with the write", async () => {
  using store = await memoryStore();
  const clock = new FakeClock();
  const keeper = store.keeper({ clock, onProblem: assert.fail });
  const usage = new UsageKeeper({
    ...{ keeper, clock, retentionMs: DAY_MS, prices: {} },
    onProblem: assert.fail,
  });
  assert.equal(usage.writeLagMs, 0);
  usage.observer.end?.(ended(FLASH, clock));
  await usage.close();
  clock.advance(5000);
  assert.equal(usage.writeLagMs, 5000);
  await keeper.close();
  assert.equal(usage.writeLagMs, 0);
});

Deno.test("The ledger costs calls at the configuration's prices, and at new ones as soon as they change", async () => {
  const { usage, clock, rows } = await startLedger({ "own-*": { input: 1, output: 10 } });
  const models = ["own-a", FLASH, "own-b", "nobody-knows"];
  for (const model of models) usage.observer.end?.(ended(model, clock));
  const priced = ended("own-a", clock).usage;
  assert.equal(usage.costOf("own-a", priced), 2000);
  usage.change({
    retention: 1,
    prices: { [FLASH]: { input: 2, output: 20 }, "nobody-*": { input: 3, output: 0 } },
  });
  assert.equal(usage.costOf("own-a", priced), undefined);
  assert.equal(usage.costOf("nobody-a", priced), 3000);
  for (const model of models) usage.observer.end?.(ended(model, clock));
  const sums = Object.fromEntries(
    (await rows()).map(({ model, sums: { counts } }) => [
      model,
      [counts.microUsd, counts.notPriced, counts.prompt],
    ]),
  );
  const listed = 1000 * LISTED.input + 100 * LISTED.output;
  assert.deepEqual(sums, {
    "own-a": [2000, 1, 2000],
    "own-b": [2000, 1, 2000],
    [FLASH]: [listed + 4000, 0, 2000],
    "nobody-knows": [3000, 1, 2000],
  });
});

Deno.test("The ledger has what Google counted by account, model and method, and errors, rotations, times and bytes by key", async () => {
  const { usage, rows } = await startLedger();
  await using gateway = await startEmulatedGateway({
    accounts: { one: "gemini-api", two: "gemini-api" },
    clientKeys: clientKeysOf(new Map([["planted-a", "a"], ["planted-b", "b"]])),
    observers: [usage.observer],
  });
  const { emulator } = gateway;
  let asked = 0;
  async function ask(key: "a" | "b", options: Parameters<typeof call>[1] = {}): Promise<number> {
    const headers = { "x-goog-api-key": `planted-${key}`, "x-session-id": String(asked++) };
    const response = await call(gateway.url, { ...options, headers });
    await response.text();
    return response.status;
  }
  // The first call to this account moves to the other one, to which the following ones go at once.
  emulator.always("one", "429-daily", { method: "generateContent" });
  for (let nth = 0; nth < 4; nth++) assert.equal(await ask("a"), 200);
  const stream = {
    model: "gemini-2.5-pro",
    method: "streamGenerateContent",
    query: "?alt=sse",
  } as const;
  for (let nth = 0; nth < 4; nth++) assert.equal(await ask("b", stream), 200);
  const wrong = JSON.stringify({ ...said("One"), generationConfig: { noSuchField: 1 } });
  assert.equal(await ask("b", { body: wrong }), 400);
  assert.equal(await ask("b", { model: "gemini-mistyped" }), 404);
  await gateway.waitForCall(({ status }) => status === 404);
  const found = await rows();
  const counted = emulator.counted().map(({ account, model, method, calls, ...tokens }) => ({
    ...{ account, model, method, calls },
    ...sumOfCounted([tokens]),
  }));
  const kept = found.filter(({ sums }) => sums.counts.prompt > 0).map((
    { account, model, method, sums: { counts } },
  ) => ({
    ...{ account, model, method, calls: counts.calls - counts.errors },
    ...sumOfCounted([counts]),
  }));
  const name = ({ account, method }: { account: string; method: string }) => `${account} ${method}`;
  const byName = (one: (typeof kept)[number], other: (typeof kept)[number]) =>
    name(one) < name(other) ? -1 : 1;
  assert.ok(counted.length >= 3);
  assert.deepEqual(kept.sort(byName), counted.sort(byName));
  const sums = (keyId: string) => {
    const counts = found.filter((row) => row.keyId === keyId).map((row) => row.sums.counts);
    const sum = (of: keyof (typeof counts)[number]) =>
      counts.reduce((total, one) => total + one[of], 0);
    return { sum, counts: [sum("calls"), sum("errors"), sum("rotations"), sum("notKnown")] };
  };
  assert.deepEqual(sums("a").counts, [4, 0, 1, 0]);
  // An unknown model is looked for at the other account too.
  assert.deepEqual(sums("b").counts, [6, 2, 1, 0]);
  assert.deepEqual(found.filter(({ model }) => model === "").map(({ keyId }) => keyId), ["b"]);
  for (const { sum } of [sums("a"), sums("b")]) {
    assert.ok(sum("firstBytes") >= 4);
    assert.ok(sum("firstByteMs") <= sum("durationMs"));
    assert.ok(sum("bytesIn") > 0 && sum("bytesOut") > sum("bytesIn"));
  }
});

Deno.test("The ledger has a batch and an interaction in the background once, at half the price and no longer as not known", async () => {
  const { usage, rows } = await startLedger();
  await using gateway = await startEmulatedGateway({
    clientKeys: clientKeysOf(new Map([["planted-a", "a"]])),
    observers: [usage.observer],
  });
  const { emulator, url } = gateway;
  async function ask(path: string, body?: unknown) {
    const response = await fetch(`${url}/v1beta/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-goog-api-key": "planted-a", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200);
    return await response.json();
  }
  const requests = [{ request: said("One") }, { request: said("Two") }];
  const batch = await ask(`models/${FLASH}:batchGenerateContent`, {
    batch: { inputConfig: { requests: { requests } } },
  });
  const background = { model: FLASH, input: "One", background: true };
  const interaction = await ask("interactions", background);
  const unseen = await ask("interactions", background);
  assert.notEqual(unseen.id, interaction.id);
  emulator.batches(emulator.projectOf("one")).end(batch.name, "SUCCEEDED");
  let status = "";
  for (let nth = 0; status !== "completed"; nth++) {
    assert.ok(nth < 20);
    await ask(batch.name);
    status = (await ask(`interactions/${interaction.id}`)).status;
  }
  const counted = emulator.counted().filter(({ reported }) => reported > 0);
  const found = await rows();
  const sumsOf = (method: string) => {
    const counts = found.filter((row) => row.method === method).map((row) => row.sums.counts);
    const sum = (of: keyof (typeof counts)[number]) =>
      counts.reduce((total, one) => total + one[of], 0);
    return [sum("prompt"), sum("output"), sum("notKnown"), sum("microUsd")];
  };
  const costOf = ({ prompt, output }: { prompt: number; output: number }) =>
    prompt * LISTED.input + output * LISTED.output;
  const ofBatch = counted.find(({ method }) => method === "batchGenerateContent") ?? assert.fail();
  assert.ok(ofBatch.prompt > 0);
  assert.deepEqual(sumsOf("batchGenerateContent"), [
    ofBatch.prompt,
    ofBatch.output,
    0,
    costOf(ofBatch) / 2,
  ]);
  const [prompt = 0, output = 0, notKnown, cost = 0] = sumsOf("interactions.create");
  const ofInteractions = counted.filter(({ method }) => method.startsWith("interactions"));
  assert.ok(prompt > 0 && prompt <= sumOfCounted(ofInteractions).prompt);
  assert.equal(notKnown, 1, "Google has reported nothing of the interaction that nobody read");
  assert.ok(Math.abs(cost - costOf({ prompt, output })) < 0.001);
});

Deno.test("The ledger takes back that a batch was not known in the hour in which it was made", async () => {
  const { usage, clock, rows } = await startLedger();
  await using gateway = await startEmulatedGateway({ clock, observers: [usage.observer] });
  const ask = async (path: string, body?: unknown) => {
    const response = await fetch(`${gateway.url}/v1beta/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return await response.json();
  };
  const requests = { requests: [{ request: said("One") }] };
  const { name } = await ask(`models/${FLASH}:batchGenerateContent`, {
    batch: { inputConfig: { requests } },
  });
  gateway.emulator.batches(gateway.emulator.projectOf("one")).end(name, "SUCCEEDED");
  clock.advance(3 * 3_600_000);
  await ask(name);
  await gateway.waitForCall(({ method }) => method === "batches.get");
  const hours = (await rows()).filter(({ method }) => method === "batchGenerateContent");
  const byHour = Map.groupBy(hours, ({ period }) => period);
  const sums = [...byHour].map(([period, ofHour]) => [
    period,
    ofHour.reduce((sum, { sums }) => sum + sums.counts.notKnown, 0),
    ofHour.some(({ sums }) => sums.counts.prompt > 0),
  ]);
  assert.deepEqual(sums.sort(), [["2026-01-01T00", 0, false], ["2026-01-01T03", 0, true]]);
});

Deno.test("A gateway that stops ends a pass over old usage, and waits for no other batch of it", async () => {
  const clock = new FakeClock();
  const old = { keyId: "a", keyName: "a", account: "one", model: FLASH, method: "generateContent" };
  const period = "2020-01-01T00";
  const row = { key: [period], value: { ...old, period, sums: new UsageCounts() } };
  let removed = 0;
  const stored = {
    async *scan() {
      for (;;) yield [row];
    },
    async remove() {
      removed++;
      await delay();
    },
  };
  const keeper: Keeper = {
    isShared: false,
    open: (kind, user) => Object.assign({ ...NO_KEEPER.open(kind, user) }, stored),
  };
  let pass = () => {};
  const usage = new UsageKeeper({
    keeper,
    clock,
    timer: {
      start(_ms, onEnd) {
        pass = onEnd;
        return () => {};
      },
    },
    retentionMs: 1000,
    prices: {},
    onProblem: (what) => assert.fail(what),
  });
  pass();
  await until(() => removed > 2, { what: "The pass" });
  await within(LIMIT_MS, usage.close(), { what: "The end" });
});
