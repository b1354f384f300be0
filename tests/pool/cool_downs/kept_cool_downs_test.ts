/** Cool-downs as kept state. @module */
import assert from "node:assert/strict";
import { isJsonObject } from "../../../src/base/json.ts";
import { Affinity } from "../../../src/pool/sessions/affinity.ts";
import {
  COOL_DOWNS,
  keptPool,
  type KeptRest,
} from "../../../src/pool/cool_downs/kept_cool_downs.ts";
import { encodeValue } from "../../../src/store/database/stored_value.ts";
import { within } from "../../support/deadline.ts";
import { readKept, writeKept } from "../../support/kept.ts";
import { type MemoryStore, memoryStore } from "../../support/memory_database.ts";
import { account, ofModel } from "../../support/test_pool.ts";

const LIMIT_MS = 30_000;
const HOUR_MS = 3_600_000;

/** A gateway's pool, with the accounts "1" and "2". */
async function gatewayOn(store: MemoryStore) {
  const keeper = store.keeper({
    clock: Date,
    onProblem: (what, error) => assert.fail(`${what}: ${error}`),
    journal: await store.journal(),
  });
  const sink = { bind() {}, unbind() {} };
  const affinity = new Affinity({ clock: Date, ttlMs: HOUR_MS, capacity: 100, sink });
  const options = { clock: Date, affinity, strategy: "balance", maxWaiting: 1 } as const;
  const { pool, coolDowns } = keptPool(options, keeper);
  await coolDowns.restore();
  pool.setAccounts([account("1"), account("2")]);
  return { keeper, pool };
}

type Gateway = Awaited<ReturnType<typeof gatewayOn>>;

/** Lets a call to an account fail for its quota. */
function spend({ pool }: Gateway, accountId: string, model: string): void {
  const others = new Set(["1", "2"].filter((id) => id !== accountId));
  const choice = pool.choose({ ...ofModel(model), tried: others, patienceUntilMs: 0 });
  assert.equal(choice.type, "account");
  pool.failed(choice.lease, { kind: "quota", delayMs: HOUR_MS, reason: "Spent" });
}

/** What rests: account and model. */
function resting({ pool }: Gateway): readonly string[] {
  return pool.snapshot().flatMap(({ accountId, models }) =>
    models.map(({ model }) => `${accountId}/${model}`)
  );
}

function rest(more: Partial<KeptRest> = {}): KeptRest {
  const common = { kind: "quota", reason: "Spent", step: 0 } as const;
  return { ...common, startMs: Date.now(), lengthMs: HOUR_MS, ...more };
}

Deno.test("keptPool() keeps what rests over a restart, but for models with names that nobody has", async () => {
  using store = await memoryStore();
  const before = await gatewayOn(store);
  for (const model of ["m", "n", "m".repeat(201)]) spend(before, "1", model);
  spend(before, "2", "m".repeat(200));
  assert.equal(resting(before).length, 4);
  await before.keeper.close();
  const after = await gatewayOn(store);
  assert.deepEqual(resting(after), ["1/m", "1/n", `2/${"m".repeat(200)}`]);
  // A changed credential ends them, for whoever starts later as well.
  after.pool.setAccounts([account("1"), account("2")], new Set(["1"]));
  await after.keeper.close();
  assert.deepEqual((await readKept(store, COOL_DOWNS)).map(({ key: [id] }) => id), ["2"]);
});

Deno.test("keptPool() takes over what another gateway found out, and that it is over", async () => {
  using store = await memoryStore();
  const [reading, theirs] = [await gatewayOn(store), await gatewayOn(store)];
  spend(theirs, "1", "m");
  await theirs.keeper.close();
  await using _following = reading.keeper.follow();
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const begun = until(() => resting(reading).length === 1);
  await within(LIMIT_MS, begun, { what: "The other gateway's cool-down" });
  const last = await gatewayOn(store);
  last.pool.setAccounts([account("1"), account("2")], new Set(["1"]));
  await last.keeper.close();
  const over = until(() => resting(reading).length === 0);
  await within(LIMIT_MS, over, { what: "The end of it" });
});

Deno.test("COOL_DOWNS gives what was written, less what is over", async () => {
  using store = await memoryStore();
  const refusal = { code: 403, status: "PERMISSION_DENIED" };
  // Starts after the test, so that all of it is left whenever it is written.
  const one = rest({ startMs: Date.now() + HOUR_MS });
  const whole: KeptRest = { ...one, kind: "refused", step: 3, refusal };
  await writeKept(store, COOL_DOWNS, [
    { key: ["1", "m"], value: one },
    { key: ["1", ""], value: { ...whole, refusal: { ...refusal, details: [] } } },
    { key: ["2", "over"], value: rest({ startMs: Date.now() - HOUR_MS }) },
    { key: ["2", "told at length"], value: { ...one, reason: "x".repeat(5000) } },
  ]);
  assert.deepEqual(await readKept(store, COOL_DOWNS), [
    { key: ["1", ""], value: whole },
    { key: ["1", "m"], value: one },
    { key: ["2", "told at length"], value: { ...one, reason: "x".repeat(1000) } },
  ]);
});

Deno.test("COOL_DOWNS keeps what is left of a rest that is written late, and nothing from the future", () => {
  const nowMs = Date.now();
  const late = rest({ startMs: nowMs - 0.75 * HOUR_MS });
  assert.deepEqual(COOL_DOWNS.decode(COOL_DOWNS.encode(late, nowMs), nowMs), {
    ...late,
    startMs: nowMs,
    lengthMs: 0.25 * HOUR_MS,
  });
  assert.equal(COOL_DOWNS.leftMs(late, nowMs), 0.25 * HOUR_MS);
  // The clock was set back since.
  const early = rest({ startMs: nowMs + HOUR_MS });
  assert.deepEqual(COOL_DOWNS.decode(COOL_DOWNS.encode(early, nowMs), nowMs), early);
  assert.equal(COOL_DOWNS.leftMs(early, nowMs), HOUR_MS);
});

Deno.test("COOL_DOWNS reads rows of Pollux 0.1.0, and writes what that one reads", async () => {
  using store = await memoryStore();
  const { database } = store;
  const key = ["v1", "cool_down", "1", "m"];
  const nowMs = Date.now();
  const old = { kind: "quota", reason: "Spent", step: 0, untilMs: nowMs + HOUR_MS };
  const value = rest({ startMs: nowMs });
  assert.deepEqual(COOL_DOWNS.decode(old, nowMs), value);
  assert.equal(COOL_DOWNS.decode({ ...old, kind: "passing" }, nowMs)?.kind, "transient");
  await writeKept(store, COOL_DOWNS, [{ key: ["1", "m"], value }]);
  const { value: written } = await database.get(key);
  assert.ok(isJsonObject(written));
  assert.deepEqual({ ...written, ...old }, written);
  for (
    const damaged of [
      { startMs: "1" },
      { lengthMs: null },
      { untilMs: "soon" },
      { kind: "made by a newer version" },
      { reason: 1 },
      { step: null },
    ]
  ) {
    await database.commit((transaction) =>
      transaction.set(key, encodeValue({ ...old, ...damaged }))
    );
    assert.deepEqual(await readKept(store, COOL_DOWNS), [], JSON.stringify(damaged));
  }
});
