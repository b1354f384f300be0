/** What is known of quotas: statements, refusals, own counts, resets and forecasts. @module */
import assert from "node:assert/strict";
import { keptQuotas } from "../../../src/pool/quota/kept_quotas.ts";
import type { Failure } from "../../../src/pool/cool_downs/failure.ts";
import type { QuotaStatement } from "../../../src/pool/quota/quota_statement.ts";
import { Quotas } from "../../../src/pool/quota/quotas.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const NO_SINK = { put() {}, delete() {} };
const REFUSAL: Failure = { kind: "quota", delayMs: undefined, reason: "Quota" };

function setUp() {
  const clock = new FakeClock();
  return { clock, quotas: new Quotas({ clock, sink: NO_SINK }) };
}

function daily(clock: FakeClock, changes: Partial<QuotaStatement> = {}): QuotaStatement {
  return {
    model: "m",
    window: "day",
    unit: "requests",
    leftFraction: 0.5,
    resetsAtMs: clock.now() + 12 * HOUR_MS,
    ...changes,
  };
}

function use(quotas: Quotas, calls: number, tokens = 0): void {
  for (let nth = 0; nth < calls; nth++) quotas.count("a", { model: "m", tokens });
}

Deno.test("Nothing is shown for an account about which upstream said nothing", () => {
  const { quotas } = setUp();
  use(quotas, 3);
  assert.deepEqual(quotas.snapshot("a"), []);
  assert.equal(quotas.lostAtMs("a", "m"), Infinity);
});

Deno.test("A statement shows what is left, and when it runs out at the rate since the window began", () => {
  const { clock, quotas } = setUp();
  quotas.state("a", [daily(clock, { leftFraction: 0.25 })]);
  const [quota] = quotas.snapshot("a");
  assert.equal(quota?.leftFraction, 0.25);
  assert.equal(quota?.limit, undefined);
  assert.equal(quota?.source, "google");
  // 0.75 were used in the first twelve hours, so 0.25 last four more.
  assert.equal(quota?.runsOutAtMs, clock.now() + 4 * HOUR_MS);
});

Deno.test("A quota that lasts until its reset at the present rate does not run out", () => {
  const { clock, quotas } = setUp();
  quotas.state("a", [daily(clock, { leftFraction: 0.6 })]);
  assert.equal(quotas.snapshot("a")[0]?.runsOutAtMs, undefined);
});

Deno.test("The rate is the recent one", () => {
  const { clock, quotas } = setUp();
  const resetsAtMs = clock.now() + 12 * HOUR_MS;
  for (const leftFraction of [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.6, 0.3]) {
    quotas.state("a", [daily(clock, { leftFraction, resetsAtMs })]);
    clock.advance(HOUR_MS);
  }
  // 0.6 in the last four hours or so: the rest lasts two more. At the whole day's rate it would last eight.
  const runsOutAtMs = quotas.snapshot("a")[0]?.runsOutAtMs ?? Infinity;
  assert.ok(runsOutAtMs < clock.now() + 3 * HOUR_MS, String(runsOutAtMs - clock.now()));
});

Deno.test("Own calls count against a known limit, tokens where the quota limits tokens", () => {
  const { clock, quotas } = setUp();
  quotas.state("a", [
    daily(clock, { limit: 100 }),
    daily(clock, { unit: "tokens", limit: 10_000, leftFraction: 1 }),
  ]);
  use(quotas, 10, 30);
  const [requests, tokens] = quotas.snapshot("a");
  assert.deepEqual([requests?.used, requests?.leftFraction], [60, 0.4]);
  assert.deepEqual([tokens?.used, tokens?.leftFraction], [300, 0.97]);
  assert.equal(requests?.source, "own_counts");
});

Deno.test("Calls to other models do not count, those of a family do", () => {
  const { clock, quotas } = setUp();
  quotas.state("a", [
    daily(clock, { model: "gemini-*", limit: 10, leftFraction: 1 }),
    daily(clock, { model: "gemini-2.5-pro", limit: 10, leftFraction: 1 }),
  ]);
  quotas.count("a", { model: "gemini-2.5-flash", tokens: 0 });
  quotas.count("a", { model: "claude", tokens: 0 });
  assert.deepEqual(quotas.snapshot("a").map(({ used }) => used), [1, 0]);
});

Deno.test("A refusal per minute is over after its delay, and the next minutes are counted", () => {
  const { clock, quotas } = setUp();
  const limits = [{ window: "minute", unit: "requests", limit: 5 }] as const;
  quotas.refused("a", { ...REFUSAL, delayMs: 30_000, quota: "minute", limits }, "m");
  const [spent] = quotas.snapshot("a");
  assert.deepEqual([spent?.limit, spent?.used, spent?.leftFraction], [5, 5, 0]);
  assert.equal(spent?.resetsAtMs, clock.now() + 30_000);
  assert.equal(spent?.source, "refusal");
  clock.advance(30_000);
  use(quotas, 2);
  assert.equal(quotas.snapshot("a")[0]?.used, 2);
  assert.equal(quotas.snapshot("a")[0]?.resetsAtMs, clock.now() + MINUTE_MS);
  clock.advance(10 * MINUTE_MS + 1);
  assert.equal(quotas.snapshot("a")[0]?.used, 0);
});

Deno.test("A refusal per day lasts until midnight in California, day after day", () => {
  const { clock, quotas } = setUp();
  const limits = [{ window: "day", unit: "requests", limit: 20 }] as const;
  quotas.refused("a", { ...REFUSAL, delayMs: 3000, quota: "day", limits }, "m");
  // The clock starts on 1 January 2026 at midnight UTC, which is 16:00 in California.
  assert.equal(quotas.snapshot("a")[0]?.resetsAtMs, Date.UTC(2026, 0, 1, 8));
  clock.advance(9 * HOUR_MS);
  const [quota] = quotas.snapshot("a");
  assert.deepEqual([quota?.used, quota?.leftFraction], [0, 1]);
  assert.equal(quota?.resetsAtMs, Date.UTC(2026, 0, 2, 8));
});

Deno.test("A refusal without a quota's name is that of the known window which ends then", () => {
  const { clock, quotas } = setUp();
  const delayMs = 4 * HOUR_MS;
  quotas.state("a", [daily(clock, { window: "week", resetsAtMs: clock.now() + delayMs })]);
  quotas.refused("a", { ...REFUSAL, delayMs }, "m");
  const windows = quotas.snapshot("a").map(({ window, leftFraction }) => [window, leftFraction]);
  assert.deepEqual(windows, [["week", 0]]);
});

Deno.test("A refusal without a quota's name and a known window is judged by its delay", () => {
  for (const [hours, window] of [[4, "5h"], [19, "day"], [100, "week"]] as const) {
    const { clock, quotas } = setUp();
    quotas.refused("a", { ...REFUSAL, delayMs: hours * HOUR_MS }, "m");
    const [quota] = quotas.snapshot("a");
    assert.deepEqual([quota?.window, quota?.leftFraction], [window, 0]);
    assert.equal(quota?.resetsAtMs, clock.now() + hours * HOUR_MS);
  }
});

Deno.test("Other failures, and refusals without a delay, say nothing about quotas", () => {
  const { quotas } = setUp();
  quotas.refused("a", { ...REFUSAL, kind: "transient", delayMs: 5000 }, "m");
  quotas.refused("a", { ...REFUSAL, kind: "refused", delayMs: 5000 }, "");
  quotas.refused("a", REFUSAL, "m");
  assert.deepEqual(quotas.snapshot("a"), []);
});

Deno.test("Google's quota call does not overrule a refusal, until a call succeeds", () => {
  const { clock, quotas } = setUp();
  const resetsAtMs = clock.now() + 12 * HOUR_MS;
  quotas.state("a", [daily(clock, { resetsAtMs })]);
  quotas.refused("a", { ...REFUSAL, delayMs: 12 * HOUR_MS }, "m");
  quotas.state("a", [daily(clock, { leftFraction: 0.3, resetsAtMs })]);
  assert.equal(quotas.snapshot("a")[0]?.leftFraction, 0);
  use(quotas, 1);
  quotas.state("a", [daily(clock, { leftFraction: 0.3, resetsAtMs })]);
  assert.equal(quotas.snapshot("a")[0]?.leftFraction, 0.3);
});

Deno.test("A window whose next beginning is not known has no end after its reset", () => {
  const { clock, quotas } = setUp();
  quotas.state("a", [daily(clock, { window: "5h", resetsAtMs: clock.now() + HOUR_MS })]);
  clock.advance(HOUR_MS);
  const [quota] = quotas.snapshot("a");
  assert.deepEqual([quota?.leftFraction, quota?.resetsAtMs], [1, undefined]);
});

Deno.test("A limit of zero is no quota", () => {
  const { quotas } = setUp();
  const limits = [{ window: "day", unit: "requests", limit: 0 }] as const;
  quotas.refused("a", { ...REFUSAL, quota: "none", limits }, "m");
  const [quota] = quotas.snapshot("a");
  assert.deepEqual([quota?.limit, quota?.leftFraction, quota?.resetsAtMs], [0, 0, undefined]);
});

Deno.test("A quota that upstream does not mention for eight days is forgotten", () => {
  const { clock, quotas } = setUp();
  quotas.state("a", [daily(clock)]);
  clock.advance(8 * 24 * HOUR_MS + 1);
  assert.deepEqual(quotas.snapshot("a"), []);
});

Deno.test("An account has 256 quotas at most", () => {
  const { clock, quotas } = setUp();
  for (let nth = 0; nth < 300; nth++) quotas.state("a", [daily(clock, { model: `m${nth}` })]);
  const models = quotas.snapshot("a").map(({ model }) => model);
  assert.equal(models.length, 256);
  assert.equal(models.at(-1), "m299");
});

Deno.test("What is lost is what the longest window holds, if every window has something left", () => {
  const { clock, quotas } = setUp();
  const [soonMs, lateMs] = [clock.now() + HOUR_MS, clock.now() + 72 * HOUR_MS];
  const week = { window: "week", resetsAtMs: lateMs } as const;
  const short = { window: "5h", resetsAtMs: soonMs } as const;
  quotas.state("a", [daily(clock, short), daily(clock, week)]);
  assert.equal(quotas.lostAtMs("a", "m"), lateMs);
  assert.equal(quotas.lostAtMs("a", "other"), Infinity);
  quotas.state("a", [daily(clock, { ...short, leftFraction: 0 })]);
  assert.equal(quotas.lostAtMs("a", "m"), Infinity);
});

Deno.test("Quotas are there again after a restart, but not those of an account that was removed", async () => {
  const clock = new FakeClock();
  using store = await openStore({ memory: true });
  const first = store.keeper({ clock, onProblem: assert.fail });
  const before = keptQuotas(first, clock);
  await before.rows.restore();
  before.quotas.state("a", [daily(clock, { limit: 50 })]);
  before.quotas.state("gone", [daily(clock)]);
  clock.advance(HOUR_MS);
  use(before.quotas, 5);
  before.quotas.forget("gone");
  const shown = before.quotas.snapshot("a");
  await first.close();
  const second = store.keeper({ clock, onProblem: assert.fail });
  const after = keptQuotas(second, clock);
  await after.rows.restore();
  assert.equal(after.quotas.snapshot("a")[0]?.used, shown[0]?.used === undefined ? -1 : 26);
  assert.equal(after.quotas.snapshot("a")[0]?.limit, 50);
  assert.deepEqual(after.quotas.snapshot("gone"), []);
  await second.close();
});

Deno.test("Whatever is stated or stored, what is shown are numbers, and times within a year", () => {
  const numbers = [0, -1, 0.4, 1e308, 5e-324, NaN, Infinity, -Infinity, 2 ** 60];
  for (const limit of [undefined, ...numbers]) {
    for (const leftFraction of [0, 5e-324, 0.999_999_999, 1]) {
      for (const resetsAtMs of [undefined, ...numbers, 8.64e15, 2.5e14]) {
        const { clock, quotas } = setUp();
        const times = { resetsAtMs: resetsAtMs as number };
        const statement = { ...daily(clock), limit: limit as number, ...times };
        quotas.state("stated", [{ ...statement, leftFraction: 1 }]);
        clock.advance(2 * HOUR_MS);
        quotas.state("stated", [{ ...statement, leftFraction }]);
        const kept = { limit: limit as number, used: leftFraction, ...times };
        const facts = { statedAtMs: clock.now(), source: "google", isSpent: false } as const;
        quotas.adopt("stored", statement, { ...kept, ...facts });
        quotas.adopt("stored", { ...statement, window: "week" }, {
          ...kept,
          used: limit as number,
          ...facts,
        });
        for (const account of ["stated", "stored"]) {
          quotas.count(account, { model: "m", tokens: 1 });
          for (const quota of quotas.snapshot(account)) {
            const told = JSON.stringify([limit, leftFraction, resetsAtMs, quota]);
            const { leftFraction: left } = quota;
            assert.ok(left >= 0 && left <= 1, told);
            for (const units of [quota.limit, quota.used]) {
              assert.ok(units === undefined || Number.isSafeInteger(units) && units >= 0, told);
            }
            for (const atMs of [quota.resetsAtMs, quota.runsOutAtMs]) {
              assert.ok(atMs === undefined || atMs <= clock.now() + 366 * 24 * HOUR_MS, told);
            }
          }
        }
      }
    }
  }
});
