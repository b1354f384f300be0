/** Which sums calls leave in the store, across restarts, gateways and days. @module */
import assert from "node:assert/strict";
import { Redaction } from "../../src/gemini/redaction/redaction.ts";
import type { Store } from "../../src/store/open_store.ts";
import { keepUsage } from "../../src/usage/keep_usage.ts";
import type { UsageCounts } from "../../src/usage/usage_counts.ts";
import { type FinishedCall, UsageLedger } from "../../src/usage/usage_ledger.ts";
import { usageReport } from "../../src/usage/usage_report.ts";
import { DAY_MS, HOUR_MS, periodAt, USAGE, type UsageRow } from "../../src/usage/usage_row.ts";
import { readKept } from "../support/kept.ts";
import { memoryStore } from "../support/memory_database.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 6, 30);

const CALL: FinishedCall = {
  keyId: "key_a",
  keyName: "team-a",
  account: "work",
  model: "gemini-2.5-flash",
  method: "generateContent",
  failedTries: [],
  startedAtMs: NOW_MS,
  firstByteAtMs: NOW_MS + 200,
  finishedAtMs: NOW_MS + 500,
  bytesIn: 100,
  bytesOut: 1000,
  status: 200,
  failure: "",
  usage: { prompt: 10, cached: 4, tool: 1, candidates: 20, thoughts: 3, total: 34 },
  redaction: new Redaction(),
};

const LATE: Partial<FinishedCall> = { firstByteAtMs: 0, usage: undefined };

/** A gateway that counts, and stops at the end of `work`. */
async function gateway(
  store: Pick<Store, "keeper">,
  work: (ledger: UsageLedger) => void | Promise<void>,
): Promise<void> {
  const keeper = store.keeper({ clock: Date, onProblem: assert.fail });
  const ledger = new UsageLedger({
    keeper,
    nameOf: (id) => id === "key_a" ? "team-a" : undefined,
    costOf: (model, { total }) => model === "priced" ? total * 2 : undefined,
  });
  await work(ledger);
  ledger.flush();
  await keeper.close();
}

async function rowsOf(store: Pick<Store, "keeper">): Promise<readonly UsageRow[]> {
  return (await readKept(store, USAGE)).map(({ value }) => value);
}

async function totalOf(store: Pick<Store, "keeper">): Promise<UsageCounts> {
  const rows = await rowsOf(store);
  const every = { by: [], sinceMs: 0, untilMs: Infinity };
  return (await usageReport(
    (async function* () {
      yield await Promise.resolve(rows);
    })(),
    every,
  )).total;
}

Deno.test("UsageLedger sums up the calls of an hour by key, account, model and method", async () => {
  using store = await memoryStore();
  await gateway(store, (ledger) => {
    ledger.end(CALL);
    ledger.end({
      ...CALL,
      failedTries: [{ account: "home" }, { account: "home" }, { account: "spare" }],
      usage: {
        ...CALL.usage ?? assert.fail(),
        modalities: { prompt: { TEXT: 2, IMAGE: 8 }, candidates: { TEXT: 20 } },
      },
    });
    ledger.end({ ...CALL, method: "countTokens", ...LATE });
    ledger.end({ ...CALL, account: "home" });
    ledger.end({ ...CALL, keyId: "key_b", keyName: "team-b", model: "priced" });
  });
  const rows = await rowsOf(store);
  assert.equal(rows.length, 4);
  const row = rows.find(({ keyId, account, model, method }) =>
    `${keyId} ${account} ${model} ${method}` === "key_a work gemini-2.5-flash generateContent"
  );
  assert.ok(row);
  assert.equal(row.period, "2026-11-29T06");
  assert.deepEqual(row.sums.encode(), {
    calls: 2,
    rotations: 2,
    prompt: 20,
    cached: 8,
    tool: 2,
    thoughts: 6,
    output: 40,
    bytesIn: 200,
    bytesOut: 2000,
    firstByteMs: 400,
    firstBytes: 2,
    durationMs: 1000,
    notPriced: 2,
    modalities: { prompt: { TEXT: 2, IMAGE: 8 }, output: { TEXT: 20 } },
  });
  const { counts } = rows.find(({ keyId }) => keyId === "key_b")?.sums ?? assert.fail();
  assert.equal(counts.microUsd, 68);
  assert.equal(counts.notPriced, 0);
});

Deno.test("UsageLedger lists usage that Google did not report as not known, and counts failed calls", async () => {
  using store = await memoryStore();
  await gateway(store, (ledger) => {
    ledger.end({ ...CALL, ...LATE });
    ledger.end({ ...CALL, ...LATE, method: "countTokens" });
    ledger.end({ ...CALL, ...LATE, status: 503, failure: "Overloaded" });
    const later = { ...CALL, callerId: "key_a", method: "models.batches", atMs: NOW_MS };
    ledger.booked({ ...later, usage: undefined });
    ledger.booked(later);
  });
  const { counts } = await totalOf(store);
  assert.deepEqual(
    [counts.calls, counts.errors, counts.notKnown, counts.prompt],
    [3, 1, 2, 10],
  );
});

Deno.test("UsageLedger counts the API's calls alone, and no requests of nobody", async () => {
  using store = await memoryStore();
  await gateway(store, (ledger) => {
    ledger.end({ ...CALL, keyId: "open", method: "" });
    const others = ["healthz", "preflight", "admin.status", "metrics", "root", "ui", "ui.session"];
    for (const method of others) ledger.end({ ...CALL, method });
  });
  assert.deepEqual(await rowsOf(store), []);
});

Deno.test("UsageLedger makes no row of models that a client mistypes, and few of those it makes up", async () => {
  using store = await memoryStore();
  await gateway(store, (ledger) => {
    ledger.end(CALL);
    const fails = { ...LATE, failure: "It is not found" };
    for (let nth = 0; nth < 300; nth++) {
      ledger.end({ ...CALL, ...fails, status: 404, model: `mistyped-${nth}` });
      ledger.end({ ...CALL, ...fails, status: 400, model: `made-up-${nth}` });
    }
    ledger.end({ ...CALL, ...fails, status: 404 });
  });
  const models = new Set((await rowsOf(store)).map(({ model }) => model));
  assert.ok(models.has("") && models.has(CALL.model));
  assert.ok(models.size <= 201, `${models.size} models`);
  assert.ok([...models].every((model) => !model.startsWith("mistyped")));
  assert.equal((await totalOf(store)).counts.calls, 602);
});

Deno.test("UsageLedger keeps no secret and no address that a client puts into the name of a model", async () => {
  using store = await memoryStore();
  const redaction = new Redaction();
  redaction.addSecret("planted-gateway-key");
  await gateway(store, (ledger) => {
    for (const model of ["planted-gateway-key", "planted-gateway-key", "me@example.com"]) {
      ledger.end({ ...CALL, ...LATE, status: 400, failure: "It is refused", model, redaction });
    }
  });
  const rows = await rowsOf(store);
  assert.deepEqual(rows.map(({ sums }) => sums.counts.calls), [3]);
  assert.doesNotMatch(JSON.stringify(rows), /planted|example/);
});

Deno.test("UsageLedger overwrites no rows of another gateway or run, or of the same hour when the clock is set back", async () => {
  using store = await memoryStore();
  await gateway(store, async (ledger) => {
    ledger.end(CALL);
    await gateway(store, (other) => other.end(CALL));
    ledger.end({ ...CALL, finishedAtMs: NOW_MS + 5 * HOUR_MS });
    ledger.end(CALL);
    // Reported just after the hour's end.
    ledger.end({ ...CALL, finishedAtMs: NOW_MS - HOUR_MS });
  });
  await gateway(store, (ledger) => ledger.end(CALL));
  assert.equal((await totalOf(store)).counts.calls, 6);
});

Deno.test("UsageLedger takes back that usage is not known when it is reported, in the hour in which it was counted", async () => {
  using store = await memoryStore();
  const made = { ...CALL, ...LATE, method: "interactions.create" };
  const later = {
    ...CALL,
    callerId: "key_a",
    method: made.method,
    settles: true,
    madeAtMs: NOW_MS,
  };
  const notKnown = async () =>
    (await rowsOf(store)).filter(({ sums }) => sums.counts.notKnown !== 0)
      .map(({ period, sums }) => [period, sums.counts.notKnown]);
  await gateway(store, (ledger) => {
    for (let nth = 0; nth < 4; nth++) ledger.end(made);
    // The first is reported within the hour.
    ledger.booked({ ...later, atMs: NOW_MS + 1000 });
  });
  assert.deepEqual(await notKnown(), [["2026-11-29T06", 3]]);
  // Two more are reported later, to a gateway that was started again; and of the last one Google says nothing.
  await gateway(store, (ledger) => {
    ledger.booked({ ...later, atMs: NOW_MS + 2 * HOUR_MS });
    ledger.booked({ ...later, atMs: NOW_MS + 2 * HOUR_MS });
    ledger.booked({ ...later, atMs: NOW_MS + 3 * HOUR_MS, usage: undefined });
  });
  const sums = Map.groupBy(await notKnown(), ([period]) => period);
  const ofHour = (period: string) =>
    sums.get(period)?.reduce((sum, [, count]) => sum + Number(count), 0) ?? 0;
  assert.deepEqual([6, 8, 9].map((hour) => ofHour(`2026-11-29T0${hour}`)), [1, 0, 0]);
  const { counts } = await totalOf(store);
  assert.deepEqual([counts.calls, counts.notKnown, counts.prompt], [4, 1, 30]);
});

Deno.test("UsageLedger folds a correction of an hour that was folded before", async () => {
  using store = await memoryStore();
  const keep = { nowMs: NOW_MS + 40 * DAY_MS, retentionMs: 400 * DAY_MS };
  await gateway(store, (ledger) => ledger.end({ ...CALL, ...LATE }));
  await gateway(store, (ledger) => keepUsage(ledger.rows, keep));
  assert.deepEqual((await rowsOf(store)).map(({ period }) => period), ["2026-11-29"]);
  await gateway(
    store,
    (ledger) =>
      ledger.booked({
        ...CALL,
        callerId: "key_a",
        atMs: keep.nowMs,
        settles: true,
        madeAtMs: NOW_MS,
      }),
  );
  await gateway(store, (ledger) => keepUsage(ledger.rows, keep));
  assert.deepEqual(
    (await rowsOf(store)).map(({ period, sums }) => [period, sums.counts.notKnown]),
    [["2026-11-29", 0], [periodAt(keep.nowMs), 0]],
  );
});

Deno.test("UsageLedger counts a stream in the hour of its end", async () => {
  using store = await memoryStore();
  await gateway(store, (ledger) => {
    const startedAtMs = NOW_MS - NOW_MS % HOUR_MS - 1000;
    ledger.end({ ...CALL, startedAtMs, firstByteAtMs: startedAtMs + 10 });
  });
  const [row, ...others] = await rowsOf(store);
  assert.deepEqual(others, []);
  assert.equal(row?.period, "2026-11-29T06");
  assert.deepEqual([row?.sums.counts.firstByteMs, row?.sums.counts.firstBytes], [10, 1]);
});

Deno.test("keepUsage() folds old hours into days, deletes what is older than the retention, and loses nothing else", async () => {
  using store = await memoryStore();
  const atMs = (days: number, hours = 0) => NOW_MS - days * DAY_MS + hours * HOUR_MS;
  for (let run = 0; run < 3; run++) {
    await gateway(store, (ledger) => {
      for (const days of [500, 40, 38, 1]) {
        for (let hour = -6; hour < 17; hour++) {
          const keyName = `name-${hour}`;
          ledger.end({ ...CALL, keyName, finishedAtMs: atMs(days, hour) });
          ledger.end({ ...CALL, account: "home", finishedAtMs: atMs(days, hour) });
        }
      }
    });
  }
  const before = await totalOf(store);
  const options = { nowMs: NOW_MS, retentionMs: 400 * DAY_MS };
  // Two gateways at the same time, and once more.
  await Promise.all([1, 2].map(() => gateway(store, (ledger) => keepUsage(ledger.rows, options))));
  await gateway(store, (ledger) => keepUsage(ledger.rows, options));
  const rows = await rowsOf(store);
  const days = rows.filter(({ period }) => period.length === 10);
  assert.deepEqual(
    days.map(({ period, account, keyName }) => `${period} ${account} ${keyName}`).sort(),
    ["2026-10-20", "2026-10-22"].flatMap((day) => [
      `${day} home team-a`,
      `${day} work name-16`,
    ]),
  );
  assert.ok(days.every(({ sums }) => sums.counts.calls === 69));
  assert.equal(rows.length - days.length, 3 * 23 * 2, "the hours of yesterday stay");
  assert.equal((await totalOf(store)).counts.calls, before.counts.calls * 3 / 4);
});

Deno.test("keepUsage() reads only old rows, and deletes any number of them in one pass", async () => {
  using store = await memoryStore();
  await gateway(store, (ledger) => {
    for (let nth = 0; nth < 1100; nth++) {
      ledger.end({ ...CALL, account: `account-${nth}`, finishedAtMs: NOW_MS - 401 * DAY_MS });
    }
    ledger.end({ ...CALL, finishedAtMs: NOW_MS - 37 * DAY_MS });
    for (let day = 0; day < 35; day++) ledger.end({ ...CALL, finishedAtMs: NOW_MS - day * DAY_MS });
  });
  let read = 0;
  await gateway(store, async ({ rows }) => {
    await keepUsage({
      async *scan(range) {
        for await (const batch of rows.scan(range)) {
          read += batch.length;
          yield batch;
        }
      },
      merge: (from, into) => rows.merge(from, into),
      remove: (keys) => rows.remove(keys),
    }, { nowMs: NOW_MS, retentionMs: 399 * DAY_MS });
  });
  assert.equal(read, 1101);
  assert.equal((await rowsOf(store)).length, 36);
});

Deno.test("keepUsage() takes a retention that is longer than any date", async () => {
  using store = await memoryStore();
  await gateway(store, (ledger) => ledger.end(CALL));
  const before = await totalOf(store);
  for (const retentionMs of [1e15, 1e16, Number.MAX_VALUE]) {
    await gateway(store, (ledger) => keepUsage(ledger.rows, { nowMs: NOW_MS, retentionMs }));
    assert.deepEqual(await totalOf(store), before);
  }
});
