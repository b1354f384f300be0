/** Rows of kept state in the database: their layout, and what Deno KV bounds. @module */
import assert from "node:assert/strict";
import type { KeptChange, KeptKind, KeptRow } from "../../../src/base/stored/kept.ts";
import { encodeValue } from "../../../src/store/database/stored_value.ts";
import { Transaction } from "../../../src/store/database/transaction.ts";
import { StoredRows } from "../../../src/store/kept/stored_rows.ts";
import { type MemoryStore, memoryStore } from "../../support/memory_database.ts";

const HOUR_MS = 3_600_000;

/** Texts that last for an hour, or as long as they say after a colon. */
const NOTES: KeptKind<string> = {
  name: "test_note",
  label: "notes",
  ifUnread: "they are missing",
  leftMs: (text) => Number(/:(-?\d+)$/.exec(text)?.[1] ?? HOUR_MS),
  encode: (text) => ({ text }),
  decode: (stored) =>
    typeof stored === "object" && stored !== null && "text" in stored &&
      typeof stored.text === "string"
      ? stored.text
      : undefined,
};

function rowsOf(
  store: MemoryStore,
  options: { readonly kind?: KeptKind<string>; readonly dropped?: string[] } = {},
): StoredRows<string> {
  const { kind = NOTES, dropped = [] } = options;
  const { database, sealing } = store;
  return new StoredRows(kind, {
    database,
    sealing,
    journal: undefined,
    onDropped: (why) => void dropped.push(why),
  });
}

async function load(rows: StoredRows<string>): Promise<readonly KeptRow<string>[]> {
  return (await Array.fromAsync(rows.load(Date.now()))).flat();
}

function change(name: string, value?: string): KeptChange<string> {
  return { key: [name], value };
}

Deno.test("StoredRows.load() gives what was written, less what was deleted or was over", async () => {
  using store = await memoryStore();
  const rows = rowsOf(store);
  await rows.write(["a", "b", "c"].map((name) => change(name, "first")), Date.now());
  await rows.write([change("over", "x:0"), change("b"), change("c", "second")], Date.now());
  assert.deepEqual(await load(rows), [change("a", "first"), change("c", "second")]);
  await rows.write([change("a", "x:0")], Date.now());
  assert.deepEqual(await load(rows), [change("c", "second")]);
  assert.deepEqual(await rows.read([["c"], ["a"]], Date.now()), [
    change("c", "second"),
    change("a"),
  ]);
});

Deno.test("StoredRows.load() leaves out what this version does not understand", async () => {
  using store = await memoryStore();
  const rows = rowsOf(store);
  await rows.write([change("a", "known")], Date.now());
  await store.database.commit((transaction) =>
    transaction.set(["v1", "test_note", "b"], encodeValue({ newer: true }))
  );
  assert.deepEqual(await load(rows), [change("a", "known")]);
});

Deno.test("StoredRows.write() takes a batch beyond Deno KV's limits for one transaction", async () => {
  using store = await memoryStore();
  for (const [count, length, keyLength] of [[2345, 10, 200], [100, 20_000, 1]] as const) {
    const kind = { ...NOTES, name: `test_${count}` };
    const batch = Array.from(
      { length: count },
      (_, nth) => ({
        key: [`${nth}`.padStart(64, "0"), "é".repeat(keyLength)],
        value: "x".repeat(length),
      }),
    );
    const rows = rowsOf(store, { kind });
    await rows.write(batch, Date.now());
    assert.deepEqual(await load(rows), batch);
    assert.deepEqual(await rows.read(batch.map(({ key }) => key), Date.now()), batch);
  }
});

Deno.test("StoredRows.write() tells of a batch of any size in notes that fit a row", async () => {
  using store = await memoryStore();
  const journal = await store.journal();
  const { database, sealing } = store;
  // An entry that has the value as well, as those of sessions have.
  const encode = ({ key: [name], value }: KeptChange<string>) => [name, value, "x".repeat(100)];
  const kind = { ...NOTES, note: { field: "test_note", encode } };
  const rows = new StoredRows(kind, { database, sealing, journal, onDropped: assert.fail });
  const batch = Array.from({ length: 1500 }, (_, nth) => change(`${nth}`.padStart(64, "0"), "x"));
  await rows.write(batch, Date.now());
  const news = await journal.news();
  assert.deepEqual(
    news?.flatMap(({ test_note: entries }) => entries),
    batch.map(encode),
  );
  for (const note of news ?? []) assert.ok(encodeValue(note).length < 65_536);
});

Deno.test("StoredRows.load() gives each row once, however many fit a read", async () => {
  using store = await memoryStore();
  const rows = rowsOf(store);
  let written = 0;
  for (const count of [500, 500, 1]) {
    const names = Array.from({ length: count }, () => `${written++}`.padStart(5, "0"));
    await rows.write(names.map((name) => change(name, "x")), Date.now());
    assert.deepEqual(
      (await load(rows)).map(({ key: [name] }) => Number(name)),
      Array.from({ length: written }, (_, nth) => nth),
    );
  }
  const batches = await Array.fromAsync(rows.load(Date.now()));
  assert.ok(batches.every((batch) => batch.length <= 500));
});

Deno.test("StoredRows.write() passes over what does not fit, and writes the rest", async () => {
  using store = await memoryStore();
  const dropped: string[] = [];
  const rows = rowsOf(store, { dropped });
  await rows.write([change("a", "old")], Date.now());
  await rows.write(
    [change("x".repeat(1001), "x"), change("a", "x".repeat(60_000)), change("b", "kept")],
    Date.now(),
  );
  // What was there before is not the newest any more.
  assert.deepEqual(await load(rows), [change("b", "kept")]);
  assert.match(
    dropped.join("\n"),
    /^The key of a row .* has 10\d\d bytes.*\nA row .* has 600\d\d bytes/,
  );
});

Deno.test("StoredRows splits long values over rows, and leaves none of them behind", async () => {
  using store = await memoryStore();
  const dropped: string[] = [];
  const rows = rowsOf(store, { kind: { ...NOTES, isLong: true }, dropped });
  for (const length of [0, 59_985, 59_986, 59_987, 60_001, 120_000, 539_000, 200_000, 10]) {
    const value = "ä".repeat(length % 7) + "x".repeat(length - length % 7);
    await rows.write([change("a", value), change("b", "short")], Date.now());
    assert.deepEqual(await load(rows), [change("a", value), change("b", "short")], `${length}`);
    assert.deepEqual(await rows.read([["a"]], Date.now()), [change("a", value)]);
    const bytes = encodeValue([{ text: value }]).length;
    const parts = await store.database.list(["v1", "part"]);
    assert.equal(parts.length, bytes > 60_000 ? Math.ceil(bytes / 60_000) : 0, `${length}`);
  }
  await rows.write([change("a", "x".repeat(300_000))], Date.now());
  await rows.write([change("a"), change("b")], Date.now());
  assert.deepEqual(await store.database.list(["v1", "part"]), []);
  assert.deepEqual(await load(rows), []);
  await rows.write([change("a", "x".repeat(540_000))], Date.now());
  assert.match(dropped.join(), /has 540\d\d\d bytes, more than 540000/);
});

Deno.test("StoredRows.read() sees no mixture of two long values, whenever it reads the parts", async () => {
  using store = await memoryStore();
  const { database } = store;
  const rows = rowsOf(store, { kind: { ...NOTES, isLong: true } });
  const [older, newer] = ["a".repeat(100_000), "b".repeat(250_000)];
  await rows.write([change("x", older)], Date.now());
  const { getBytes } = database;
  database.getBytes = async (keys) => {
    database.getBytes = getBytes;
    await rows.write([change("x", newer)], Date.now());
    return await getBytes.call(database, keys);
  };
  assert.deepEqual(await rows.read([["x"]], Date.now()), [change("x", newer)]);
  database.getBytes = async (keys) => {
    database.getBytes = getBytes;
    await rows.write([change("x")], Date.now());
    return await getBytes.call(database, keys);
  };
  assert.deepEqual(await rows.read([["x"]], Date.now()), [change("x")]);
});

Deno.test("StoredRows of a sealed kind keep no value readable, and open each in its own row only", async () => {
  using store = await memoryStore();
  const rows = rowsOf(store, { kind: { ...NOTES, isSealed: true } });
  const long = "planted-secret ".repeat(20_000);
  await rows.write([change("a", "planted-secret"), change("b", long)], Date.now());
  assert.deepEqual(await load(rows), [change("a", "planted-secret"), change("b", long)]);
  const [first] = await store.database.list(["v1", "sealed", "test_note"]);
  assert.ok(first);
  assert.doesNotMatch(JSON.stringify(first.value), /planted/);
  const moved = new Transaction().set(
    ["v1", "sealed", "test_note", "c"],
    encodeValue(first.value),
  );
  await store.database.commit((transaction) => void transaction.mutations.push(...moved.mutations));
  assert.deepEqual((await load(rows)).map(({ key }) => key), [["a"], ["b"]]);
});

Deno.test("StoredRows.load() reads of a range only the rows in it, in batches and in order", async () => {
  using store = await memoryStore();
  const rows = rowsOf(store);
  const names = Array.from({ length: 1300 }, (_, nth) => `2026-${String(nth).padStart(4, "0")}`);
  const changes = names.flatMap((name) =>
    ["days", "hours"].map((under) => ({ key: [under, name, "rest"], value: name }))
  );
  await rows.write([...changes, { key: ["hours", "2026-0100"], value: "short" }], Date.now());
  const read = async (from: string, until: string) => {
    const batches = await Array.fromAsync(rows.load(Date.now(), { under: ["hours"], from, until }));
    return batches.flat().map(({ key }) => key.join(" "));
  };
  assert.deepEqual(await read("2026-0100", "2026-0102"), [
    "hours 2026-0100",
    "hours 2026-0100 rest",
    "hours 2026-0101 rest",
  ]);
  const most = await read("2026-0101", "2026-1299~");
  assert.deepEqual(most, names.slice(101).map((name) => `hours ${name} rest`));
  assert.deepEqual(await read("2026-0102", "2026-0100"), []);
});
