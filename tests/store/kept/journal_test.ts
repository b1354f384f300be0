/** What gateways tell each other through a store. @module */
import assert from "node:assert/strict";
import type { Database } from "../../../src/store/database/database.ts";
import { Journal, type JournalNote } from "../../../src/store/kept/journal.ts";
import { memoryDatabase } from "../../support/memory_database.ts";

/** Writes a note, however many other gateways write at once. */
async function tell(database: Database, note: JournalNote): Promise<void> {
  await database.settle(async () => {
    const announce = await new Journal(database).announce(note);
    return await database.commit(announce) || undefined;
  });
}

Deno.test("Journal.news() tells what was written since the call before, in its order", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const journal = new Journal(database);
  await tell(database, { sessions: [["before", "1", 5]] });
  assert.deepEqual(await journal.news(), []);
  const notes = [
    { sessions: [["a", "1", 5], ["b", null, 0]] },
    { "a field of a newer version": [[1]] },
    { coolDowns: [["1", "m"], ["2", ""]] },
  ];
  for (const note of notes) await tell(database, note);
  assert.deepEqual(await journal.news(), notes);
  assert.deepEqual(await journal.news(), []);
});

Deno.test("Journal.announce() loses nothing where gateways write at once", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const reader = new Journal(database);
  await reader.news();
  const names = Array.from({ length: 40 }, (_, nth) => `${nth}`);
  await Promise.all(names.map((name) => tell(database, { sessions: [[name, "1", 0]] })));
  const news = await reader.news();
  assert.equal(new Set(news?.map((note) => JSON.stringify(note))).size, 40);
});

Deno.test("Journal.news() says so when too much was missed, and goes on from there", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const journal = new Journal(database);
  await journal.news();
  await tell(database, { sessions: [["a", "1", 0]] });
  // A note that the store dropped, since it was old.
  const [note] = await database.list(["v1", "journal"]);
  assert.ok(note);
  await database.commit((transaction) => transaction.delete(note.key));
  assert.equal(await journal.news(), undefined);
  await tell(database, { sessions: [["b", "1", 0]] });
  assert.equal((await journal.news())?.length, 1);
  for (let count = 0; count <= 200; count++) await tell(database, {});
  assert.equal(await journal.news(), undefined);
  assert.deepEqual(await journal.news(), []);
  // The store was put back from a backup.
  await database.commit((transaction) => transaction.delete(["v1", "journal_head"]));
  assert.equal(await journal.news(), undefined);
});
