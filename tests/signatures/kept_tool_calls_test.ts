/** Tool calls that are kept for the next requests of their conversations. @module */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  KeptToolCalls,
  type KeptToolCallsOptions,
  TOOL_CALLS,
} from "../../src/signatures/kept_tool_calls.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { readKept } from "../support/kept.ts";
import { type MemoryStore, memoryStore } from "../support/memory_database.ts";

const DAY_MS = 24 * 3_600_000;

/** A gateway that keeps calls; `restart()` starts another one on its store after it. */
function gatewayOn(
  store: MemoryStore,
  { clock = new FakeClock(), ...options }:
    & Partial<KeptToolCallsOptions>
    & { readonly clock?: FakeClock } = {},
) {
  const problems: string[] = [];
  const onProblem = (what: string, error: unknown) => void problems.push(`${what}: ${error}`);
  const keeper = store.keeper({ clock, onProblem });
  const calls = new KeptToolCalls(keeper, {
    clock,
    newKey: () => randomBytes(16).toString("base64url"),
    onProblem,
    ...options,
  });
  async function close() {
    await calls.close();
    await keeper.close();
  }
  return {
    calls,
    problems,
    clock,
    close,
    async restart() {
      await close();
      return gatewayOn(store, { clock, ...options });
    },
  };
}

Deno.test("a kept call has a short id of its own, and is found by it in either format", async () => {
  using store = await memoryStore();
  const { calls, close } = gatewayOn(store);
  const one = calls.keep({ id: "native-1", signature: "c2lnbmVk" }, "call_");
  const other = calls.keep({}, "toolu_");
  assert.match(one, /^call_[A-Za-z0-9_-]{22}$/);
  assert.match(other, /^toolu_[A-Za-z0-9_-]{22}$/);
  assert.notEqual(one.slice(5), other.slice(6));
  for (const id of [one, one.replace("call_", "toolu_")]) {
    const { id: native, signature } = calls.get(id) ?? {};
    assert.deepEqual([native, signature], ["native-1", "c2lnbmVk"]);
  }
  assert.equal(calls.get(other)?.signature, undefined);
  assert.ok(calls.get(other) !== undefined);
  for (const id of ["", "call_", one.slice(5), `${one}x`, `tool_${one.slice(5)}`]) {
    assert.equal(calls.get(id), undefined, id);
    assert.equal(calls.load([id]), undefined, id);
  }
  assert.equal(calls.load([one, other]), undefined, "what is in memory is not read");
  await close();
});

Deno.test("a kept call survives a restart, however long its signature is", async () => {
  using store = await memoryStore();
  const first = gatewayOn(store);
  const long = "x".repeat(200_000);
  const ids = [
    first.calls.keep({ id: "a", signature: "c2ln" }, "call_"),
    first.calls.keep({ signature: long }, "toolu_"),
  ];
  const second = await first.restart();
  assert.equal(second.calls.get(ids[0] ?? ""), undefined, "nothing is read at start");
  await second.calls.load([...ids, "call_AAAAAAAAAAAAAAAAAAAAAA", "unknown"]);
  const [short, split] = ids.map((id) => second.calls.get(id));
  assert.deepEqual([short?.id, short?.signature], ["a", "c2ln"]);
  assert.equal(split?.signature, long);
  assert.deepEqual(second.problems, []);
  await second.close();
});

Deno.test("another gateway on the store reads a call when it is named", async () => {
  using store = await memoryStore();
  const clock = new FakeClock();
  const one = gatewayOn(store, { clock });
  const other = gatewayOn(store, { clock });
  const id = one.calls.keep({ signature: "c2ln" }, "call_");
  await one.close();
  await other.calls.load([id]);
  assert.equal(other.calls.get(id)?.signature, "c2ln");
  await other.close();
});

Deno.test("a call is kept for 30 days after its last use, which is written once a day", async () => {
  using store = await memoryStore();
  const clock = new FakeClock();
  let gateway = gatewayOn(store, { clock });
  const [used, unused] = [1, 2].map(() => gateway.calls.keep({ signature: "c2ln" }, "call_"));
  assert.ok(used !== undefined && unused !== undefined);
  const startMs = clock.now();
  async function usedAt(): Promise<number | undefined> {
    const rows = await readKept(
      { keeper: (options) => store.keeper({ ...options, clock }) },
      TOOL_CALLS,
    );
    return rows.find(({ key: [key] }) => used?.endsWith(String(key)))?.value.usedAtMs;
  }
  clock.advance(DAY_MS - 1);
  gateway = await gateway.restart();
  await gateway.calls.load([used]);
  assert.ok(gateway.calls.get(used));
  gateway = await gateway.restart();
  assert.equal(await usedAt(), startMs);
  clock.advance(1);
  await gateway.calls.load([used]);
  assert.ok(gateway.calls.get(used));
  gateway = await gateway.restart();
  assert.equal(await usedAt(), startMs + DAY_MS);
  clock.advance(29.5 * DAY_MS);
  await gateway.calls.load([used, unused]);
  assert.ok(gateway.calls.get(used));
  assert.equal(gateway.calls.get(unused), undefined);
  clock.advance(30 * DAY_MS);
  assert.equal(gateway.calls.get(used), undefined, "also of those in memory");
  await gateway.close();
});

Deno.test("memory is bounded: what was used least recently is read again", async () => {
  using store = await memoryStore();
  const { calls, close } = gatewayOn(store, { memoryBytes: 10_000 });
  const ids = Array.from({ length: 20 }, () => calls.keep({ signature: "x".repeat(800) }, "call_"));
  const [first = "", last = ""] = [ids[0], ids.at(-1)];
  assert.ok(calls.memoryBytes <= 10_000);
  assert.equal(calls.get(first), undefined);
  assert.ok(calls.get(last));
  await calls.load([first]);
  assert.ok(calls.get(first));
  await close();
});

Deno.test("for one request a bounded number of calls is read: the last ones", async () => {
  using store = await memoryStore();
  const first = gatewayOn(store);
  const ids = Array.from({ length: 2001 }, () => first.calls.keep({ id: "x" }, "call_"));
  const second = await first.restart();
  await second.calls.load(ids);
  assert.equal(second.calls.get(ids[0] ?? ""), undefined);
  assert.ok(ids.slice(1).every((id) => second.calls.get(id) !== undefined));
  await second.close();
});

Deno.test("a store that cannot be read costs the signature and no request", async () => {
  const store = await memoryStore();
  const { calls, problems } = gatewayOn(store);
  store[Symbol.dispose]();
  await calls.load(["call_AAAAAAAAAAAAAAAAAAAAAA"]);
  assert.equal(calls.get("call_AAAAAAAAAAAAAAAAAAAAAA"), undefined);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /^Cannot read tool calls; their thought signatures are replaced/);
});

Deno.test("the store is bounded: what was used least recently is deleted", async () => {
  using store = await memoryStore();
  const clock = new FakeClock();
  let gateway = gatewayOn(store, { clock, storeBytes: 50_000 });
  const ids: string[] = [];
  for (let hour = 0; hour < 60; hour++) {
    for (let count = 0; count < 5; count++) {
      ids.push(gateway.calls.keep({ signature: "x".repeat(800) }, "call_"));
    }
    await gateway.calls.settled();
    // What it kept is now written.
    gateway = await gateway.restart();
    clock.advance(3_600_000);
  }
  await gateway.close();
  gateway = gatewayOn(store, { clock });
  await gateway.calls.load(ids);
  const known = ids.map((id) => gateway.calls.get(id) !== undefined);
  const kept = known.filter(Boolean).length;
  assert.ok(kept >= 38 && kept <= 60, `${kept} of 1,000 bytes`);
  const oldestHour = Math.floor(known.indexOf(true) / 5);
  assert.ok(known.slice((oldestHour + 1) * 5).every(Boolean), "of later hours, none is deleted");
  assert.deepEqual(gateway.problems, []);
  await gateway.close();
});
