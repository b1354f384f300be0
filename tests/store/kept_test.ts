/** What a kind of kept state gets for its declaration, with a kind that exists nowhere else. @module */
import assert from "node:assert/strict";
import type { KeptKind } from "../../src/base/stored/kept.ts";
import { KeptTable } from "../../src/base/stored/kept_table.ts";
import { isJsonObject } from "../../src/base/json.ts";
import { Journal } from "../../src/store/kept/journal.ts";
import { within } from "../support/deadline.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type MemoryStore, memoryStore } from "../support/memory_database.ts";

const HOUR_MS = 3_600_000;
const LIMIT_MS = 30_000;

/** Which account holds something, until when. */
interface Owner {
  readonly accountId: string;
  readonly endsAtMs: number;
  /** Comes with some of them, and is of any length. */
  readonly address?: string;
}

/** This declaration and {@linkcode gatewayOn} are all that a third kind takes. */
const OWNERS: KeptKind<Owner> = {
  name: "test_owner",
  label: "owners",
  ifUnread: "they are looked up when they are needed",
  leftMs: ({ endsAtMs }, nowMs) => endsAtMs - nowMs,
  encode: (owner) => owner,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { accountId, endsAtMs, address } = stored;
    if (typeof accountId !== "string" || typeof endsAtMs !== "number") return undefined;
    return { accountId, endsAtMs, ...(typeof address === "string" ? { address } : {}) };
  },
  isLong: true,
  isSealed: true,
};

/** A gateway that has owners. */
async function gatewayOn(
  store: MemoryStore,
  { capacity = 100, clock = new FakeClock(), journal }: {
    readonly capacity?: number;
    readonly clock?: FakeClock;
    readonly journal?: Journal;
  } = {},
) {
  const problems: string[] = [];
  const keeper = store.keeper({
    clock,
    onProblem: (what, error) => void problems.push(`${what}: ${error}`),
    journal: journal ?? await store.journal(),
  });
  const owners = new KeptTable(keeper, { kind: OWNERS, clock, capacity });
  return { keeper, owners, clock, problems };
}

function owner(accountId: string, more: Partial<Owner> = {}): Owner {
  return { accountId, endsAtMs: new FakeClock().now() + HOUR_MS, ...more };
}

/** Lets a gateway follow others until something holds. */
async function followUntil(
  { keeper }: Awaited<ReturnType<typeof gatewayOn>>,
  isSo: () => boolean,
): Promise<void> {
  await using _following = keeper.follow();
  const alive = async () => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await within(LIMIT_MS, alive(), { what: "What others did" });
}

Deno.test("A declared kind is written behind, and restored at the next start", async () => {
  using store = await memoryStore();
  const before = await gatewayOn(store);
  const long = owner("2", { address: "planted-address/".repeat(10_000) });
  before.owners.set("files/a", owner("1"));
  before.owners.set(`files/${"long ".repeat(1000)}`, long);
  before.owners.set("files/gone", owner("1"));
  before.owners.delete("files/gone");
  assert.deepEqual(await store.database.list(["v1", "sealed"]), []);
  await before.keeper.close();
  const after = await gatewayOn(store);
  await after.owners.restore();
  assert.equal(after.owners.size, 2);
  assert.deepEqual(after.owners.peek("files/a"), owner("1"));
  assert.deepEqual(after.owners.peek(`files/${"long ".repeat(1000)}`), long);
  assert.equal(await after.owners.get("files/gone"), undefined);
  const written = await store.database.list(["v1", "sealed"]);
  assert.doesNotMatch(JSON.stringify(written), /planted|accountId|files/);
  assert.deepEqual([...before.problems, ...after.problems], []);
});

Deno.test("A declared kind writes by itself, the newest of each row only", async () => {
  using store = await memoryStore();
  const { owners, keeper } = await gatewayOn(store);
  const reader = await store.journal();
  for (const accountId of ["1", "2", "3"]) owners.set("files/a", owner(accountId));
  const other = await gatewayOn(store);
  const alive = async () => {
    while (await other.owners.get("files/a") === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await within(LIMIT_MS, alive(), { what: "The write" });
  assert.equal(other.owners.peek("files/a")?.accountId, "3");
  assert.equal((await reader.news())?.flatMap(({ test_owner: keys }) => keys).length, 1);
  await keeper.close();
});

Deno.test("A name of a declared kind that is not in memory takes one read of the store, once", async () => {
  using store = await memoryStore();
  const { owners, keeper } = await gatewayOn(store, { capacity: 2 });
  for (const name of ["a", "b", "c", "d"]) owners.set(name, owner(name));
  assert.equal(owners.size, 2);
  assert.equal(owners.peek("a"), undefined);
  let reads = 0;
  const { getMany } = store.database;
  store.database.getMany = (keys) => {
    reads += keys.length;
    return getMany.call(store.database, keys);
  };
  // Not written yet, and not in memory any more.
  assert.equal((await owners.get("a"))?.accountId, "a");
  assert.equal(reads, 0);
  await keeper.close();
  reads = 0;
  assert.equal((await owners.get("b"))?.accountId, "b");
  assert.equal((await owners.get("b"))?.accountId, "b");
  assert.equal(await owners.get("never set"), undefined);
  assert.equal(reads, 2);
  // The one that was used longest ago leaves.
  owners.peek("a");
  assert.equal((await owners.get("d"))?.accountId, "d");
  assert.deepEqual(["a", "b", "c", "d"].map((name) => owners.peek(name)?.accountId), [
    "a",
    undefined,
    undefined,
    "d",
  ]);
});

Deno.test("Rows of a declared kind end by the clock, in memory and in the store", async () => {
  using store = await memoryStore();
  const clock = new FakeClock();
  const { owners, keeper } = await gatewayOn(store, { clock });
  owners.set("a", owner("1"));
  owners.set("over", owner("1", { endsAtMs: clock.now() }));
  assert.equal(owners.peek("over"), undefined);
  await keeper.close();
  assert.equal((await store.database.list(["v1", "sealed"])).length, 1);
  clock.advance(HOUR_MS - 1);
  assert.equal((await owners.get("a"))?.accountId, "1");
  const unread = await gatewayOn(store, { clock });
  clock.advance(1);
  assert.equal(owners.peek("a"), undefined);
  assert.equal(await unread.owners.get("a"), undefined);
  await unread.owners.restore();
  assert.equal(unread.owners.size, 0);
});

Deno.test("Restoring fills no more memory than a declared kind may take, and takes nothing's place", async () => {
  using store = await memoryStore();
  const before = await gatewayOn(store);
  for (let nth = 0; nth < 50; nth++) before.owners.set(`${nth}`, owner("1"));
  await before.keeper.close();
  const after = await gatewayOn(store, { capacity: 10 });
  after.owners.set("1", owner("2"));
  after.owners.delete("2");
  await after.owners.restore();
  assert.equal(after.owners.size, 10);
  assert.equal(after.owners.peek("1")?.accountId, "2");
  assert.equal(await after.owners.get("2"), undefined);
  assert.equal((await after.owners.get("49"))?.accountId, "1");
  await after.keeper.close();
});

Deno.test("A gateway hears what others do with rows of a declared kind", async () => {
  using store = await memoryStore();
  const mine = await gatewayOn(store);
  for (const name of ["changed", "deleted", "own"]) mine.owners.set(name, owner("1"));
  await mine.keeper.close();
  const reading = await gatewayOn(store);
  await reading.owners.restore();
  const theirs = await gatewayOn(store);
  theirs.owners.set("changed", owner("2"));
  theirs.owners.set("new", owner("2"));
  theirs.owners.set("own", owner("2"));
  theirs.owners.delete("deleted");
  reading.owners.set("own", owner("3"));
  await theirs.keeper.close();
  await followUntil(reading, () => reading.owners.peek("changed")?.accountId === "2");
  assert.equal(reading.owners.peek("deleted"), undefined);
  assert.equal(reading.owners.peek("own")?.accountId, "3");
  // It is in the store for whoever asks, and takes no memory of those that do not.
  assert.equal(reading.owners.peek("new"), undefined);
  assert.equal((await reading.owners.get("new"))?.accountId, "2");
  await reading.keeper.close();
});

Deno.test("A gateway that missed what others did forgets what may have changed", async () => {
  using store = await memoryStore();
  const mine = await gatewayOn(store);
  for (const name of ["deleted", "kept"]) mine.owners.set(name, owner("1"));
  await mine.keeper.close();
  const journal = new Journal(store.database);
  const answers = [undefined];
  journal.news = () => Promise.resolve(answers.length > 0 ? answers.pop() : []);
  const reading = await gatewayOn(store, { journal });
  await reading.owners.restore();
  reading.owners.set("own", owner("3"));
  const theirs = await gatewayOn(store);
  theirs.owners.delete("deleted");
  await theirs.keeper.close();
  await followUntil(reading, () => reading.owners.peek("deleted") === undefined);
  assert.equal(await reading.owners.get("deleted"), undefined);
  assert.equal((await reading.owners.get("kept"))?.accountId, "1");
  assert.equal((await reading.owners.get("own"))?.accountId, "3");
  await reading.keeper.close();
});

Deno.test("A row that another gateway changes while it is read does not stay in memory as it was", async () => {
  using store = await memoryStore();
  const mine = await gatewayOn(store);
  mine.owners.set("a", owner("1"));
  await mine.keeper.close();
  const reading = await gatewayOn(store);
  const gate = Promise.withResolvers<void>();
  const { getMany } = store.database;
  store.database.getMany = async (keys) => {
    const found = await getMany.call(store.database, keys);
    await gate.promise;
    return found;
  };
  const slow = reading.owners.get("a");
  store.database.getMany = getMany;
  const theirs = await gatewayOn(store);
  theirs.owners.set("a", owner("2"));
  theirs.owners.set("other", owner("2"));
  await theirs.keeper.close();
  reading.owners.set("other", owner("1"));
  reading.owners.delete("other");
  gate.resolve();
  await slow;
  assert.equal((await reading.owners.get("a"))?.accountId, "2");
  await reading.keeper.close();
});

Deno.test("That rows of a declared kind cannot be read or written is told, and nothing waits for it", async () => {
  const store = await memoryStore();
  const { owners, keeper, problems } = await gatewayOn(store);
  store[Symbol.dispose]();
  await owners.restore();
  owners.set("a", owner("1"));
  await keeper.close();
  assert.equal((await owners.get("a"))?.accountId, "1");
  assert.match(problems[0] ?? "", /^Cannot read owners; they are looked up when they are needed: /);
  assert.match(problems[1] ?? "", /^Cannot write owners; they are kept in memory: /);
  await assert.rejects(owners.get("b"));
});
