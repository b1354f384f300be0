/** Every change of client keys is in the audit log, without the keys. @module */
import assert from "node:assert/strict";
import { KeyBook } from "../../src/keys/key_book.ts";
import { openStore } from "../../src/store/open_store.ts";
import { FakeClock } from "../support/fake_clock.ts";

const NOTHING = { labels: [], limits: {}, allow: [], deny: [], accounts: [] };

Deno.test("KeyBook enters each change with what it changes, and nothing for what fails", async () => {
  using store = await openStore({ memory: true });
  const clock = new FakeClock();
  const book = new KeyBook(store.clientKeys, clock, { door: "admin-api" });
  let seen = 0;
  async function entered(): Promise<readonly string[]> {
    const entries = await store.audit.list({ limit: 1000 });
    const fresh = entries.slice(0, entries.length - seen).toReversed();
    seen = entries.length;
    return fresh.map(({ door, action, subject, detail }) =>
      `${door} ${action} ${subject}${detail === "" ? "" : `: ${detail}`}`
    );
  }
  const limits = { requestsPerMinute: 60, budget: { microUsd: 20_500_000, per: "month" } } as const;
  const texts = [(await book.create({ ...NOTHING, name: "ada", limits })).text];
  assert.deepEqual(await entered(), [
    'admin-api keys.create ada: limits.requestsPerMinute 60, limits.budget.usd 20.5, limits.budget.per "month"',
  ]);
  await book.edit("ada", (key) => ({
    ...key,
    name: "eve",
    expiresAtMs: Date.UTC(2027, 0, 31),
    limits: { requestsPerMinute: 30 },
    allow: ["gemini-*", "someone@example.com"],
    deny: ["*-pro"],
  }));
  assert.deepEqual(await entered(), [
    'admin-api keys.edit ada: name "ada" → "eve", limits.requestsPerMinute 60 → 30, ' +
    'limits.budget.usd 20.5 → none, limits.budget.per "month" → none, ' +
    'allow changed, deny "*-pro", expiresAt 2027-01-31T00:00:00.000Z',
  ]);
  texts.push((await book.rotate("eve", 60_000)).text);
  await book.edit("eve", (key) => ({ ...key, isDisabled: true }));
  const ofPage = new KeyBook(store.clientKeys, clock, { door: "page" });
  await ofPage.edit("eve", (key) => ({ ...key, isDisabled: false }));
  assert.deepEqual(await entered(), [
    "admin-api keys.rotate eve: the former one until 2026-01-01T00:01:00.000Z",
    "admin-api keys.disable eve",
    "page keys.enable eve",
  ]);
  await assert.rejects(book.create({ ...NOTHING, name: "eve" }));
  await assert.rejects(book.edit("none", (key) => key));
  await book.edit("eve", (key) => key);
  assert.equal(await book.remove("none"), false);
  assert.deepEqual(await entered(), []);
  await book.remove("eve");
  assert.deepEqual(await entered(), ["admin-api keys.remove eve"]);
  const all = JSON.stringify(await store.audit.list({ limit: 1000 }));
  for (const text of texts) assert.ok(!all.includes(text.slice(4)));
  assert.doesNotMatch(all, /[0-9a-f]{64}|plx_/);
});
