/** Conversations as kept state. @module */
import assert from "node:assert/strict";
import { keptAffinity, SESSIONS } from "../../../src/pool/sessions/kept_sessions.ts";
import { encodeValue } from "../../../src/store/database/stored_value.ts";
import { within } from "../../support/deadline.ts";
import { readKept, writeKept } from "../../support/kept.ts";
import { type MemoryStore, memoryStore } from "../../support/memory_database.ts";
import { session } from "../../support/session.ts";

const LIMIT_MS = 30_000;
const HOUR_MS = 3_600_000;

/** A gateway's conversations. */
async function gatewayOn(store: MemoryStore) {
  const keeper = store.keeper({
    clock: Date,
    onProblem: (what, error) => assert.fail(`${what}: ${error}`),
    journal: await store.journal(),
  });
  return { keeper, ...keptAffinity({ clock: Date, ttlMs: HOUR_MS, capacity: 10_000 }, keeper) };
}

Deno.test("keptAffinity() keeps the newest of what was bound and given up, as Pollux 0.1.0 reads it", async () => {
  using store = await memoryStore();
  const { keeper, affinity } = await gatewayOn(store);
  affinity.bind(session("a"), "1");
  affinity.bind(session("b"), "1");
  affinity.bind(session("b"), "2");
  affinity.unbind(session("a"), "1");
  await keeper.close();
  const [entry, ...others] = await store.database.list(["v1", "session"]);
  assert.deepEqual(others, []);
  assert.deepEqual(entry?.key, ["v1", "session", session("b")]);
  const [{ value } = assert.fail()] = await readKept(store, SESSIONS);
  assert.deepEqual(entry.value, value);
  assert.equal(value.accountId, "2");
  assert.ok(Math.abs(value.expiresAtMs - Date.now() - HOUR_MS) < 600_000);
});

Deno.test("keptAffinity() restores conversations that go on, and leaves those that were bound since", async () => {
  using store = await memoryStore();
  const value = { accountId: "1", expiresAtMs: Date.now() + HOUR_MS };
  await writeKept(store, SESSIONS, [
    ...Array.from({ length: 1200 }, (_, nth) => ({ key: [session(`${nth}`)], value })),
    { key: [session("moved")], value },
    { key: [session("given up")], value },
  ]);
  // Deno KV promises to expire a row some time after its end, not at it.
  const ended = { accountId: "1", expiresAtMs: Date.now() - 1 };
  await store.database.commit((transaction) => {
    transaction.set(["v1", "session", session("ended")], encodeValue(ended));
    for (const damaged of [null, "1", { accountId: 1, expiresAtMs: 1e15 }, { accountId: "1" }]) {
      const key = ["v1", "session", session(JSON.stringify(damaged))];
      transaction.set(key, encodeValue(damaged));
    }
  });
  const { keeper, affinity, sessions } = await gatewayOn(store);
  affinity.bind(session("moved"), "2");
  affinity.bind(session("given up"), "2");
  affinity.unbind(session("given up"), "2");
  await sessions.restore();
  assert.equal(affinity.size, 1201);
  assert.equal(affinity.get(session("1199")), "1");
  assert.equal(affinity.get(session("moved")), "2");
  assert.equal(affinity.get(session("given up")), undefined);
  await keeper.close();
});

Deno.test("keptAffinity() stops restoring when its keeper is closed", async () => {
  using store = await memoryStore();
  const value = { accountId: "1", expiresAtMs: Date.now() + HOUR_MS };
  const rows = Array.from({ length: 1200 }, (_, nth) => ({ key: [session(`${nth}`)], value }));
  await writeKept(store, SESSIONS, rows);
  const { keeper, affinity, sessions } = await gatewayOn(store);
  const restoring = sessions.restore();
  await keeper.close();
  await restoring;
  assert.ok(affinity.size < 1200);
});

Deno.test("keptAffinity() takes over what another gateway bound and gave up", async () => {
  using store = await memoryStore();
  const [mine, theirs] = [await gatewayOn(store), await gatewayOn(store)];
  mine.affinity.bind(session("a"), "1");
  await mine.keeper.close();
  const reading = await gatewayOn(store);
  await reading.sessions.restore();
  theirs.affinity.bind(session("a"), "2");
  theirs.affinity.unbind(session("a"), "2");
  theirs.affinity.bind(session("b"), "2");
  await theirs.keeper.close();
  await using _following = reading.keeper.follow();
  const alive = async () => {
    while (reading.affinity.get(session("b")) !== "2") {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await within(LIMIT_MS, alive(), { what: "What the other gateway did" });
  assert.equal(reading.affinity.get(session("a")), undefined);
});
