/** Which rows a report reads, and how it sums them up. @module */
import assert from "node:assert/strict";
import type { KeptRow } from "../../src/base/stored/kept.ts";
import { UsageCounts } from "../../src/usage/usage_counts.ts";
import {
  TooManyLines,
  type UsageQuestion,
  type UsageReport,
  usageReport,
} from "../../src/usage/usage_report.ts";
import {
  DAY_MS,
  dayKey,
  HOUR_MS,
  hourKey,
  rangesBetween,
  USAGE,
  type UsageRow,
} from "../../src/usage/usage_row.ts";
import { writeKept } from "../support/kept.ts";
import { type MemoryStore, memoryStore } from "../support/memory_database.ts";

const NOON = Date.UTC(2026, 10, 29, 12);

function row(period: string, changes: Partial<UsageRow> = {}, calls = 1): UsageRow {
  const sums = new UsageCounts();
  sums.counts.calls = calls;
  return {
    keyId: "key_a",
    keyName: "ada",
    account: "work",
    model: "gemini-2.5-flash",
    method: "generateContent",
    period,
    ...changes,
    sums,
  };
}

/** What a report of stored rows says, and how many rows it read. */
async function ask(
  store: MemoryStore,
  changes: Partial<UsageQuestion>,
): Promise<UsageReport & { readonly read: number }> {
  const question = { by: [], sinceMs: 0, untilMs: Infinity, ...changes };
  const keeper = store.keeper({ clock: Date, onProblem: assert.fail });
  const rows = keeper.open(USAGE, { restore() {}, adopt() {} });
  let read = 0;
  async function* values() {
    for (const range of rangesBetween(question)) {
      for await (const batch of rows.scan(range)) {
        read += batch.length;
        yield batch.map(({ value }) => value);
      }
    }
  }
  const report = await usageReport(values(), question);
  await keeper.close();
  return { ...report, read };
}

/** A store with rows of each hour of three days, and of two days before them. */
async function filledStore(): Promise<MemoryStore> {
  const store = await memoryStore();
  const rows: KeptRow<UsageRow>[] = [];
  for (let hour = 0; hour < 72; hour++) {
    const period = new Date(NOON - 60 * HOUR_MS + hour * HOUR_MS).toISOString().slice(0, 13);
    const value = row(period);
    rows.push({ key: hourKey(value, "run"), value });
  }
  for (const period of ["2026-11-25", "2026-11-26"]) {
    const value = row(period, {}, 100);
    rows.push({ key: dayKey(value), value });
  }
  await writeKept(store, USAGE, rows);
  return store;
}

Deno.test("A report reads the rows of its time only", async () => {
  using store = await filledStore();
  const asked = async (sinceMs: number, untilMs: number) => {
    const { read, total } = await ask(store, { sinceMs, untilMs });
    return [read, total.counts.calls];
  };
  assert.deepEqual(await asked(0, Infinity), [74, 272]);
  assert.deepEqual(await asked(NOON, NOON + 1), [1, 1]);
  assert.deepEqual(await asked(NOON, NOON + HOUR_MS), [1, 1]);
  assert.deepEqual(await asked(NOON - HOUR_MS, NOON), [1, 1]);
  assert.deepEqual(await asked(NOON - DAY_MS, NOON), [24, 24]);
  // A day is not divided.
  const day = Date.UTC(2026, 10, 26);
  assert.deepEqual(await asked(day + HOUR_MS, day + 2 * HOUR_MS), [1, 100]);
  assert.deepEqual(await asked(day, Infinity), [73, 172]);
  assert.deepEqual(await asked(0, day), [1, 100]);
  assert.deepEqual(await asked(NOON, NOON - DAY_MS), [0, 0]);
  assert.deepEqual(await asked(0, Date.UTC(9999, 11, 31)), [74, 272]);
});

Deno.test("A report has a line for each combination, in the order of time or of cost", async () => {
  using store = await memoryStore();
  const values = [
    row("2026-11-29T05", { model: "b" }),
    row("2026-11-29T06", { model: "b" }),
    row("2026-11-29T06", { model: "a", keyId: "key_b", keyName: "bob" }, 5),
    row("2026-11-28", { model: "a" }),
  ];
  await writeKept(
    store,
    USAGE,
    values.map((value) => ({
      key: value.period.length === 10 ? dayKey(value) : hourKey(value, "run"),
      value,
    })),
  );
  const linesBy = async (...by: UsageQuestion["by"]) =>
    (await ask(store, { by })).lines.map(({ values, sums }) =>
      [...values, sums.counts.calls].join(" ")
    );
  assert.deepEqual(await linesBy("day"), ["2026-11-28 1", "2026-11-29 7"]);
  assert.deepEqual(await linesBy("hour"), ["2026-11-28 1", "2026-11-29T05 1", "2026-11-29T06 6"]);
  assert.deepEqual(await linesBy("model"), ["a 6", "b 2"]);
  assert.deepEqual(await linesBy("model", "day"), [
    "a 2026-11-28 1",
    "a 2026-11-29 5",
    "b 2026-11-29 2",
  ]);
  assert.deepEqual(await linesBy("key", "account", "method"), [
    "bob work generateContent 5",
    "ada work generateContent 3",
  ]);
  assert.deepEqual(await linesBy(), []);
  const ofBob = await ask(store, { by: ["model"], key: "bob" });
  assert.equal(ofBob.total.counts.calls, 5);
  assert.deepEqual(ofBob.lines.map(({ values }) => values), [["a"]]);
});

Deno.test("A report shows a key by its present or last name, and keeps keys of the same name apart", async () => {
  using store = await memoryStore();
  const values = [
    row("2026-11-29T05", { keyName: "old" }),
    row("2026-11-29T06", { keyName: "ada" }),
    row("2026-11-29T06", { keyId: "key_b", keyName: "ada" }, 5),
    row("2026-11-29T06", { keyId: "key_c", keyName: "removed-since" }, 2),
  ];
  await writeKept(
    store,
    USAGE,
    values.map((value) => ({ key: hourKey(value, "run"), value })),
  );
  const linesOf = async (changes: Partial<UsageQuestion>) =>
    (await ask(store, { by: ["key"], ...changes })).lines.map(({ keyId, values, sums }) =>
      [keyId, ...values, sums.counts.calls].join(" ")
    );
  assert.deepEqual(await linesOf({}), [
    "key_b ada 5",
    "key_a ada 2",
    "key_c removed-since 2",
  ]);
  // Its last name is known although the rows of that time are not read.
  const untilMs = Date.UTC(2026, 10, 29, 6);
  assert.deepEqual(await linesOf({ untilMs }), ["key_a old 1"]);
  const names = new Map([["key_a", "countess"]]);
  assert.deepEqual(await linesOf({ untilMs, names }), ["key_a countess 1"]);
  assert.deepEqual(await linesOf({ names, key: "countess" }), ["key_a countess 2"]);
  assert.deepEqual(await linesOf({ names, key: "key_c" }), ["key_c removed-since 2"]);
  assert.deepEqual(await linesOf({ names, key: "old" }), []);
});

Deno.test("A report with more lines than fit into memory is refused with advice", async () => {
  async function* values() {
    for (let batch = 0; batch < 101; batch++) {
      yield await Promise.resolve(
        Array.from({ length: 500 }, (_, nth) => row("2026-11-29T06", { model: `${batch}-${nth}` })),
      );
    }
  }
  const question = { sinceMs: 0, untilMs: Infinity };
  await assert.rejects(usageReport(values(), { ...question, by: ["key", "model"] }), (error) => {
    assert.ok(error instanceof TooManyLines);
    assert.match(error.message, /by key,model: name less with --by, or a shorter time/);
    return true;
  });
  const { total } = await usageReport(values(), { ...question, by: ["key"] });
  assert.equal(total.counts.calls, 50_500);
});
