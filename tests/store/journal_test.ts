/** What gateways tell each other through a store. @module */
import assert from "node:assert/strict";
import { CoolDownRows } from "../../src/store/cool_down_rows.ts";
import { Journal } from "../../src/store/journal.ts";
import { SessionRows } from "../../src/store/session_rows.ts";
import { memoryDatabase } from "../support/memory_database.ts";

const HOUR_MS = 3_600_000;

Deno.test("Journal.news() tells what was written since the call before, in its order", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const [mine, theirs] = [new Journal(database), new Journal(database)];
  const nowMs = Date.now();
  const expiresAtMs = nowMs + HOUR_MS;
  const sessions = new SessionRows(database, theirs);
  await sessions.write([{ fingerprint: "before", accountId: "1", expiresAtMs }], nowMs);
  assert.deepEqual(await mine.news(), []);
  await sessions.write([
    { fingerprint: "a", accountId: "1", expiresAtMs },
    { fingerprint: "b", accountId: null },
  ], nowMs);
  await new SessionRows(database, mine).write(
    [{ fingerprint: "c", accountId: "1", expiresAtMs }],
    nowMs,
  );
  const coolDown = { accountId: "1", model: "m", kind: "quota", reason: "Spent", step: 0 };
  await new CoolDownRows(database, theirs).write(
    [{ ...coolDown, startMs: nowMs, lengthMs: expiresAtMs - nowMs }, {
      accountId: "2",
      model: "",
      lengthMs: null,
    }],
    nowMs,
  );
  assert.deepEqual(await mine.news(), [
    { sessions: [["a", "1", expiresAtMs], ["b", null, 0]] },
    { sessions: [["c", "1", expiresAtMs]] },
    { coolDowns: [["1", "m"], ["2", ""]] },
  ]);
  assert.deepEqual(await mine.news(), []);
  const rows = (await Array.fromAsync(sessions.load(nowMs))).flat();
  assert.deepEqual(rows.map(({ fingerprint }) => fingerprint), ["a", "before", "c"]);
});

Deno.test("SessionRows.write() tells of a batch of any size", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const [mine, theirs] = [new Journal(database), new Journal(database)];
  await mine.news();
  const nowMs = Date.now();
  const batch = Array.from({ length: 1500 }, (_, nth) => ({
    fingerprint: `${nth}`.padStart(128, "0"),
    accountId: crypto.randomUUID(),
    expiresAtMs: nowMs + HOUR_MS,
  }));
  await new SessionRows(database, theirs).write(batch, nowMs);
  const news = (await mine.news())?.flatMap(({ sessions = [] }) => sessions);
  assert.deepEqual(news?.map(([fingerprint]) => fingerprint), batch.map((row) => row.fingerprint));
});

Deno.test("Journal.commit() loses nothing where gateways write at once", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const reader = new Journal(database);
  await reader.news();
  const writers = Array.from({ length: 4 }, () => new Journal(database));
  await Promise.all(
    writers.flatMap((writer, nth) =>
      Array.from(
        { length: 10 },
        (_, round) => writer.commit({ sessions: [[`${nth}/${round}`, "1", 0]] }, () => {}),
      )
    ),
  );
  const news = (await reader.news())?.flatMap(({ sessions = [] }) => sessions);
  assert.equal(new Set(news?.map(([fingerprint]) => fingerprint)).size, 40);
});

Deno.test("Journal.news() says so when too much was missed, and goes on from there", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const [mine, theirs] = [new Journal(database), new Journal(database)];
  await mine.news();
  await theirs.commit({ sessions: [["a", "1", 0]] }, () => {});
  // A note that the store dropped, since it was old.
  const [note] = await database.list(["v1", "journal"]);
  assert.ok(note);
  await database.commit((transaction) => transaction.delete(note.key));
  assert.equal(await mine.news(), undefined);
  await theirs.commit({ sessions: [["b", "1", 0]] }, () => {});
  assert.equal((await mine.news())?.length, 1);
  for (let count = 0; count <= 200; count++) await theirs.commit({}, () => {});
  assert.equal(await mine.news(), undefined);
  assert.deepEqual(await mine.news(), []);
  // The store was put back from a backup.
  await database.commit((transaction) => transaction.delete(["v1", "journal_head"]));
  assert.equal(await mine.news(), undefined);
});
