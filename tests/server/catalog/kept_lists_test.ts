/** Lists of models as kept state. @module */
import assert from "node:assert/strict";
import type { Keeper, KeptRow } from "../../../src/base/stored/kept.ts";
import {
  type KeptListRow,
  keptLists,
  MODEL_LISTS,
} from "../../../src/server/catalog/kept_lists.ts";
import { assertLinear } from "../../support/assert_linear.ts";
import { within } from "../../support/deadline.ts";
import { NO_KEEPER, readKept, writeKept } from "../../support/kept.ts";
import { type MemoryStore, memoryStore } from "../../support/memory_database.ts";

const LIMIT_MS = 30_000;
const M = [{ name: "models/m", newField: [1] }];
const N = [{ name: "models/n" }];

async function gatewayOn(store: MemoryStore) {
  const keeper = store.keeper({
    clock: Date,
    onProblem: (what, error) => assert.fail(`${what}: ${error}`),
    journal: await store.journal(),
  });
  const told = new EventTarget();
  const listed: string[] = [];
  const { lists, rows } = keptLists(keeper satisfies Keeper, (accountId) => {
    listed.push(accountId);
    told.dispatchEvent(new Event("listed"));
  });
  await rows.restore();
  return { keeper, lists, listed, told };
}

async function keysIn(store: MemoryStore): Promise<readonly string[]> {
  const rows = await readKept(store, MODEL_LISTS);
  return rows.map(({ key: [what, name] }) => what === "list" ? what : `${what} ${name}`).sort();
}

Deno.test("keptLists() knows after a restart what each account listed", async () => {
  using store = await memoryStore();
  const before = await gatewayOn(store);
  before.lists.set("a", M);
  before.lists.set("b", M);
  before.lists.set("c", N);
  await before.keeper.close();
  assert.deepEqual(await keysIn(store), ["account a", "account b", "account c", "list", "list"]);
  const after = await gatewayOn(store);
  assert.equal(after.lists.size, 3);
  assert.deepEqual([...after.lists.of("a")?.models.values() ?? []], M);
  assert.equal(after.lists.of("b"), after.lists.of("a"), "equal lists are one");
  assert.ok(after.lists.of("c")?.models.has("n"));
  assert.equal(after.lists.set("a", M), false, "what was kept is no news");
  await after.keeper.close();
});

Deno.test("keptLists() keeps no list that no account has any more", async () => {
  using store = await memoryStore();
  const gateway = await gatewayOn(store);
  gateway.lists.set("a", M);
  gateway.lists.set("b", N);
  gateway.lists.set("a", N);
  gateway.lists.delete("b");
  await gateway.keeper.close();
  assert.deepEqual(await keysIn(store), ["account a", "list"]);

  await writeKept(store, MODEL_LISTS, [{ key: ["list", "left"], value: { models: M } }]);
  const again = await gatewayOn(store);
  assert.equal(again.lists.size, 1);
  await again.keeper.close();
  assert.deepEqual(await keysIn(store), ["account a", "list"], "left by a crash");
});

Deno.test("keptLists() keeps lists that are longer than a row of the store", async () => {
  using store = await memoryStore();
  const many = Array.from({ length: 500 }, (_, nth) => ({
    name: `models/m${nth}`,
    description: "x".repeat(400),
  }));
  const endless = Array.from({ length: 1000 }, (_, nth) => ({
    name: `models/m${nth}`,
    description: "x".repeat(1000),
  }));
  const before = await gatewayOn(store);
  before.lists.set("a", many);
  before.lists.set("b", endless);
  assert.equal(before.lists.of("b")?.models.size, 1000);
  await before.keeper.close();
  const after = await gatewayOn(store);
  assert.deepEqual([...after.lists.of("a")?.models.values() ?? []], many);
  assert.equal(after.lists.of("b"), undefined, "it is asked for again");
  await after.keeper.close();
});

Deno.test("keptLists() measures a list as the store does, in bytes", async () => {
  using store = await memoryStore();
  const gateway = await gatewayOn(store);
  // Fewer than 500,000 characters, and three times as many bytes; a row that is too long is a problem.
  gateway.lists.set("a", [{ name: "models/m", description: "\u20ac".repeat(300_000) }]);
  await gateway.keeper.close();
  assert.deepEqual(await keysIn(store), ["account a"]);
});

Deno.test("keptLists() restores accounts that share a list in a time that grows with their number", () => {
  assertLinear({
    from: 6000,
    floorMs: 500,
    make: (n): readonly KeptRow<KeptListRow>[] => [
      ...Array.from({ length: n }, (_, nth) => ({
        key: ["account", String(nth)],
        value: { list: "digest" },
      })),
      { key: ["list", "digest"], value: { models: M } },
    ],
    work(rows) {
      let restore: ((rows: readonly KeptRow<KeptListRow>[]) => void) | undefined;
      const { lists } = keptLists({
        isShared: false,
        open(kind, user) {
          restore = (kept) =>
            user.restore(kept.flatMap(({ key, value }) => {
              const decoded = kind.decode(value, 0);
              return decoded === undefined ? [] : [{ key, value: decoded }];
            }));
          return NO_KEEPER.open(kind, user);
        },
      }, () => {});
      restore?.(rows);
      assert.equal(lists.size, rows.length - 1);
    },
  });
});

Deno.test("keptLists() takes over what another gateway on the same store was told", async () => {
  using store = await memoryStore();
  const [one, two] = [await gatewayOn(store), await gatewayOn(store)];
  await using _following = two.keeper.follow();
  const told = new Promise((resolve) => two.told.addEventListener("listed", resolve));
  one.lists.set("a", M);
  await within(LIMIT_MS, told, { what: "The other gateway's list" });
  assert.deepEqual([...two.lists.of("a")?.models.values() ?? []], M);
  assert.deepEqual(two.listed, ["a"]);
  await one.keeper.close();
  await two.keeper.close();
});

for (
  const stored of [null, "m", [], {}, { list: 1 }, { models: {} }, { models: [{}] }, {
    models: ["m"],
  }]
) {
  Deno.test(`MODEL_LISTS reads nothing in ${JSON.stringify(stored)}`, () => {
    assert.equal(MODEL_LISTS.decode(stored, 0), undefined);
  });
}
