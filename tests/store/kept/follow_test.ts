/** How a gateway follows others on its store. @module */
import assert from "node:assert/strict";
import type { KeptChange, KeptKind, KeptRow, KeptRows } from "../../../src/base/stored/kept.ts";
import { COOL_DOWNS } from "../../../src/pool/cool_downs/kept_cool_downs.ts";
import { SESSIONS } from "../../../src/pool/sessions/kept_sessions.ts";
import { Journal, type JournalNote } from "../../../src/store/kept/journal.ts";
import type { StoreKeeper } from "../../../src/store/kept.ts";
import { within } from "../../support/deadline.ts";
import { type MemoryStore, memoryStore } from "../../support/memory_database.ts";

const LIMIT_MS = 30_000;
const HOUR_MS = 3_600_000;

/** Who has the rows of a kind, and what was said to it. */
class RecordingUser<Value> {
  readonly news: KeptChange<Value>[] = [];
  readonly readAnew: KeptChange<Value>[] = [];
  readonly restored: KeptRow<Value>[] = [];
  readonly rows: KeptRows<Value>;
  #told = Promise.withResolvers<void>();

  constructor(keeper: StoreKeeper, kind: KeptKind<Value>) {
    this.rows = keeper.open(kind, {
      restore: (rows) => void this.restored.push(...rows),
      adopt: (changes, { isNews }) => {
        (isNews ? this.news : this.readAnew).push(...changes);
        this.#told.resolve();
      },
    });
  }

  /** Resolves when it is told something after this call. */
  async told(): Promise<void> {
    this.#told = Promise.withResolvers();
    await within(LIMIT_MS, this.#told.promise, { what: "What others did" });
  }
}

/** One gateway's kept state. */
async function gatewayOn(store: MemoryStore, given?: Journal) {
  const problems: string[] = [];
  const keeper = store.keeper({
    clock: Date,
    onProblem: (what, error) => void problems.push(`${what}: ${error}`),
    journal: given ?? await store.journal(),
  });
  const sessions = new RecordingUser(keeper, SESSIONS);
  const coolDowns = new RecordingUser(keeper, COOL_DOWNS);
  return { keeper, sessions, coolDowns, problems };
}

function binding(accountId = "1") {
  return { accountId, expiresAtMs: Date.now() + HOUR_MS };
}

function rest() {
  const common = { kind: "quota", reason: "Spent", step: 0 } as const;
  return { ...common, startMs: Date.now(), lengthMs: HOUR_MS };
}

function names(changes: readonly KeptChange<unknown>[]): readonly string[] {
  return changes.map(({ key, value }) => `${key.join("/")} ${value === undefined ? "-" : "+"}`);
}

Deno.test("StoreKeeper.follow() takes over what others put and delete, but for what it is yet to write itself", async () => {
  using store = await memoryStore();
  const mine = await gatewayOn(store);
  const theirs = await gatewayOn(store);
  mine.sessions.rows.put(["pending"], binding("2"));
  mine.coolDowns.rows.delete(["1", "pending"]);
  theirs.sessions.rows.put(["a"], binding());
  theirs.sessions.rows.put(["pending"], binding());
  theirs.sessions.rows.delete(["b"]);
  theirs.coolDowns.rows.put(["1", "pending"], rest());
  theirs.coolDowns.rows.put(["1", "m"], rest());
  theirs.coolDowns.rows.delete(["2", ""]);
  await theirs.keeper.close();
  const told = Promise.all([mine.sessions.told(), mine.coolDowns.told()]);
  {
    await using _following = mine.keeper.follow();
    await told;
  }
  assert.deepEqual(names(mine.sessions.news), ["a +", "b -"]);
  assert.deepEqual(names(mine.coolDowns.news), ["1/m +", "2/ -"]);
  assert.deepEqual([...mine.problems, ...theirs.problems], []);
  await mine.keeper.close();
});

Deno.test("StoreKeeper.follow() takes over a rest that others began, whatever their clock says, and once", async () => {
  using store = await memoryStore();
  const mine = await gatewayOn(store);
  await using _following = mine.keeper.follow();
  for (const model of ["m", "n"]) {
    const told = mine.coolDowns.told();
    // Their clock is two hours behind: by this one's the rest was over before it began.
    const clock = { now: () => Date.now() - 2 * HOUR_MS };
    const theirs = store.keeper({ clock, onProblem: assert.fail, journal: await store.journal() });
    const user = new RecordingUser(theirs, COOL_DOWNS);
    user.rows.put(["1", model], { ...rest(), startMs: clock.now() });
    await theirs.close();
    await told;
  }
  assert.deepEqual(names(mine.coolDowns.news), ["1/m +", "1/n +"]);
});

Deno.test("StoreKeeper.follow() understands what Pollux 0.1.0 tells, and tells what that one understands", async () => {
  using store = await memoryStore();
  const reader = await store.journal();
  const theirs = await gatewayOn(store);
  const { expiresAtMs } = binding();
  theirs.sessions.rows.put(["a"], { accountId: "1", expiresAtMs });
  theirs.sessions.rows.delete(["b"]);
  theirs.coolDowns.rows.put(["1", "m"], rest());
  theirs.coolDowns.rows.delete(["2", ""]);
  await theirs.keeper.close();
  const notes = [
    { sessions: [["a", "1", expiresAtMs], ["b", null, 0]] },
    { coolDowns: [["1", "m"], ["2", ""]] },
  ];
  assert.deepEqual(await reader.news(), notes);
  const journal = new Journal(store.database);
  const news: (readonly JournalNote[])[] = [notes];
  journal.news = () => Promise.resolve(news.shift() ?? []);
  const mine = await gatewayOn(store, journal);
  const told = mine.coolDowns.told();
  {
    await using _following = mine.keeper.follow();
    await told;
  }
  assert.deepEqual(names(mine.sessions.news), ["a +", "b -"]);
  assert.deepEqual(mine.sessions.news[0]?.value, { accountId: "1", expiresAtMs });
  assert.deepEqual(names(mine.coolDowns.news), ["1/m +", "2/ -"]);
});

Deno.test("StoreKeeper.follow() reads everything again where it missed something, or could not follow what it read", async () => {
  for (
    const missed of [
      () => undefined,
      () => [{ sessions: [["a"]], coolDowns: [[1, "m"]] }],
      () => [{ sessions: "a", coolDowns: ["1"] }],
    ] as const
  ) {
    using store = await memoryStore();
    const writer = await gatewayOn(store);
    writer.sessions.rows.put(["a"], binding());
    writer.coolDowns.rows.put(["1", "m"], rest());
    await writer.keeper.close();
    const journal = new Journal(store.database);
    const answers: (() => readonly JournalNote[] | undefined)[] = [missed];
    journal.news = () => Promise.try(answers.shift() ?? (() => []));
    const mine = await gatewayOn(store, journal);
    const told = mine.coolDowns.told();
    {
      await using _following = mine.keeper.follow();
      await told;
    }
    assert.deepEqual(names(mine.sessions.readAnew), ["a +"]);
    assert.deepEqual(names(mine.coolDowns.readAnew), ["1/m +"]);
    assert.deepEqual(mine.problems, []);
  }
});

Deno.test("StoreKeeper.follow() tells that it cannot read, and reads everything again afterwards", async () => {
  using store = await memoryStore();
  const writer = await gatewayOn(store);
  writer.sessions.rows.put(["a"], binding());
  await writer.keeper.close();
  const journal = new Journal(store.database);
  // The news are told once: those that came when the rows could not be read are lost.
  const answers: (() => readonly JournalNote[])[] = [() => [{ coolDowns: [["1", "m"]] }]];
  journal.news = () => Promise.try(answers.shift() ?? (() => []));
  const mine = await gatewayOn(store, journal);
  const { database } = store;
  const { getMany } = database;
  database.getMany = () => {
    database.getMany = getMany;
    return Promise.reject(new Error("The store is away"));
  };
  const told = mine.sessions.told();
  {
    await using _following = mine.keeper.follow();
    await told;
  }
  assert.deepEqual(names(mine.sessions.readAnew), ["a +"]);
  assert.deepEqual(mine.problems, [
    "Cannot read the changes of other gateways: Error: The store is away",
  ]);
});
