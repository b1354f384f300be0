/** What the audit log keeps, in which order, and for how long. @module */
import assert from "node:assert/strict";
import type { AuditNote } from "../../src/base/stored/audit_entry.ts";
import { AuditRows, MOST_ENTRIES } from "../../src/store/audit_rows.ts";
import { encodeValue } from "../../src/store/database/stored_value.ts";
import { openStore } from "../../src/store/open_store.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { memoryDatabase } from "../support/memory_database.ts";

const DAY_MS = 86_400_000;

function noteOf(subject: string): AuditNote {
  return { door: "command", action: "keys.create", subject, detail: "" };
}

async function subjectsOf(audit: AuditRows, question: Parameters<AuditRows["list"]>[0]) {
  return (await audit.list(question)).map(({ subject }) => subject);
}

Deno.test("AuditRows lists the newest first, also those of one millisecond, page by page", async () => {
  using memory = await memoryDatabase();
  const clock = new FakeClock();
  const audit = new AuditRows(memory.database, clock);
  assert.deepEqual(await audit.list({ limit: 10 }), []);
  for (let nth = 1; nth <= 12; nth++) {
    await audit.add(noteOf(`${nth}`));
    if (nth % 4 === 0) clock.advance(1);
  }
  const all = ["12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1"];
  assert.deepEqual(await subjectsOf(audit, { limit: 100 }), all);
  const paged: string[] = [];
  let page = await audit.list({ limit: 5 });
  while (page.length > 0) {
    assert.ok(page.length <= 5);
    paged.push(...page.map(({ subject }) => subject));
    page = await audit.list({ limit: 5, before: page.at(-1)?.id ?? "" });
  }
  assert.deepEqual(paged, all);
  const since = await subjectsOf(audit, { limit: 100, sinceMs: clock.now() - 1 });
  assert.deepEqual(since, ["12", "11", "10", "9"]);
  assert.deepEqual(await audit.list({ limit: 100, sinceMs: clock.now() + DAY_MS }), []);
  assert.deepEqual(await audit.list({ limit: 100, before: "~~" }), []);
  const [newest] = await audit.list({ limit: 1 });
  assert.equal(newest?.at, new Date(clock.now() - 1).toISOString());
});

Deno.test("AuditRows keeps at most 10,000 entries, the newest", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const clock = new FakeClock();
  const audit = new AuditRows(database, clock);
  await audit.add(noteOf("oldest"));
  const [oldest] = await audit.list({ limit: 1 });
  const firstMs = Date.parse(oldest?.at ?? "");
  // As many commands would have left them, each a millisecond later.
  for (let from = 1; from < MOST_ENTRIES; from += 500) {
    await database.commit((transaction) => {
      for (let nth = from; nth < Math.min(from + 500, MOST_ENTRIES); nth++) {
        const atMs = firstMs + nth;
        const id = `${9_999_999_999_999 - atMs}-9999-00000000`;
        transaction.set(["v1", "audit", id], encodeValue({ ...noteOf(`${nth}`), atMs }))
          .sum(["v1", "audit_count"], 1n);
      }
    });
  }
  clock.advance(MOST_ENTRIES);
  for (let nth = 0; nth < 250; nth++) {
    clock.advance(1);
    await audit.add(noteOf(`last ${nth}`));
    if (nth % 50 > 0) continue;
    const count = (await database.list(["v1", "audit"])).length;
    assert.ok(count <= MOST_ENTRIES && count >= MOST_ENTRIES - 100, `${count} entries`);
  }
  const kept = await subjectsOf(audit, { limit: 2 * MOST_ENTRIES });
  assert.deepEqual(kept.slice(0, 2), ["last 249", "last 248"]);
  assert.ok(!kept.includes("oldest"));
});

Deno.test("AuditRows shows no entry that is older than 400 days", async () => {
  using memory = await memoryDatabase();
  const clock = new FakeClock();
  const audit = new AuditRows(memory.database, clock);
  await audit.add(noteOf("old"));
  clock.advance(399 * DAY_MS);
  assert.deepEqual(await subjectsOf(audit, { limit: 9 }), ["old"]);
  clock.advance(2 * DAY_MS);
  await audit.add(noteOf("new"));
  assert.deepEqual(await subjectsOf(audit, { limit: 9, sinceMs: 0 }), ["new"]);
});

Deno.test("AuditRows leaves out what this version cannot read", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const clock = new FakeClock();
  const audit = new AuditRows(database, clock);
  const stored: readonly unknown[] = ["text", { atMs: 1 }, {
    ...noteOf("a"),
    atMs: 1,
    door: "new",
  }];
  await database.commit((transaction) =>
    stored.forEach((value, nth) =>
      transaction.set(["v1", "audit", `82000000000${nth}`], encodeValue(value))
    )
  );
  await audit.add(noteOf("b"));
  assert.deepEqual(await subjectsOf(audit, { limit: 9 }), ["b"]);
});

Deno.test("A change and its entry are written together, or neither is", async () => {
  using store = await openStore({ memory: true });
  const { accounts, clientKeys, audit } = store;
  const account = { id: "1", name: "one", fields: {}, secret: "{}" };
  const key = { id: "1", name: "one", fields: {} };
  assert.equal(await accounts.insert(account, noteOf("account")), true);
  assert.equal(await clientKeys.insert(key, noteOf("key")), true);
  assert.equal(await accounts.insert(account, noteOf("refused")), false);
  assert.equal(await clientKeys.insert(key, noteOf("refused")), false);
  assert.equal(await accounts.insert({ ...account, id: "2", name: "two" }), true);
  assert.equal(await clientKeys.insert({ ...key, id: "2", name: "two" }), true);
  // The name is taken.
  await accounts.update("2", () => ({ name: "one", audit: noteOf("refused") }));
  await clientKeys.update("2", () => ({ name: "one", fields: {}, audit: noteOf("refused") }));
  assert.equal(await accounts.remove("3", noteOf), false);
  assert.equal(await clientKeys.remove("3", { keptMs: 1000, audit: noteOf }), false);
  assert.deepEqual(await subjectsOf(audit, { limit: 9 }), ["key", "account"]);
  await accounts.update("2", () => ({ name: "three", audit: noteOf("renamed") }));
  await clientKeys.update("2", () => ({ name: "three", fields: {}, audit: noteOf("renamed") }));
  await accounts.remove("2", noteOf);
  await clientKeys.remove("2", { keptMs: 1000, audit: noteOf });
  assert.deepEqual(
    await subjectsOf(audit, { limit: 9 }),
    ["three", "three", "renamed", "renamed", "key", "account"],
  );
});
