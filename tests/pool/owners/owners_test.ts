/** Rows of owners. @module */
import assert from "node:assert/strict";
import { keptOwners, type Owner, OWNERS } from "../../../src/pool/owners/owners.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { readKept } from "../../support/kept.ts";
import { within } from "../../support/deadline.ts";

const HOUR_MS = 3_600_000;

const OWNER: Owner = {
  accountId: "a",
  project: "account:a",
  callerId: "open",
  expiresAtMs: HOUR_MS,
  createTime: "2026-01-01T00:00:00Z",
};

Deno.test("An owner is known until an hour after its resource expired", async () => {
  using store = await openStore({ memory: true });
  const clock = new FakeClock();
  const keeper = store.keeper({ clock, onProblem: () => assert.fail() });
  const owners = keptOwners(keeper, clock);
  owners.set("files/abc", { ...OWNER, expiresAtMs: clock.now() + HOUR_MS });
  clock.advance(2 * HOUR_MS - 1);
  assert.equal((await owners.get("files/abc"))?.accountId, "a");
  clock.advance(1);
  assert.equal(await owners.get("files/abc"), undefined);
  await keeper.close();
});

Deno.test("Owners are read back as they were written, and invalid rows are skipped", () => {
  assert.deepEqual(OWNERS.decode(JSON.parse(JSON.stringify(OWNERS.encode(OWNER, 0))), 0), OWNER);
  for (const name of Object.keys(OWNER)) {
    for (const value of [undefined, null, {}]) {
      assert.equal(OWNERS.decode({ ...OWNER, [name]: value }, 0), undefined, name);
    }
  }
  assert.equal(OWNERS.decode("a", 0), undefined);
});

Deno.test("An owner is in the store well within a second, though nothing else is written", async () => {
  using store = await openStore({ memory: true });
  const keeper = store.keeper({ clock: Date, onProblem: () => assert.fail() });
  keptOwners(keeper, Date).set("files/abc", { ...OWNER, expiresAtMs: Date.now() + HOUR_MS });
  assert.ok((OWNERS.writeMs ?? Infinity) <= 500);
  const written = async () => {
    while ((await readKept(store, OWNERS)).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await within(30_000, written(), { what: "the row" });
  await keeper.close();
});
