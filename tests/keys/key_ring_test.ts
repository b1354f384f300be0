import assert from "node:assert/strict";
import { KeyBook } from "../../src/keys/key_book.ts";
import { KeyRing } from "../../src/keys/key_ring.ts";
import { newKeyText } from "../../src/keys/key_text.ts";
import { openStore } from "../../src/store/open_store.ts";

const SETTINGS = { labels: [], limits: {}, allow: [], deny: [], accounts: [] };
const DAY_MS = 86_400_000;

/** A book and a ring on a store in memory, with a clock that a test sets. */
async function startRing() {
  const store = await openStore({ memory: true });
  const clock = { nowMs: 1000, now: () => clock.nowMs };
  const book = new KeyBook(store.clientKeys, clock);
  const unreadable: string[] = [];
  const ring = new KeyRing({
    source: book,
    clock,
    onError: assert.ifError,
    onUnreadable: (name) => unreadable.push(name),
  });
  await ring.refresh();
  return { store, clock, book, ring, unreadable, [Symbol.dispose]: () => store.close() };
}

Deno.test("KeyRing.find() gives a key's state by the clock, and nothing for texts that are no keys", async () => {
  using parts = await startRing();
  const { book, ring, clock } = parts;
  assert.equal(ring.exist, false);
  const { key, text } = await book.create({ ...SETTINGS, name: "ada", expiresAtMs: 5000 });
  assert.equal(ring.find(text), undefined);
  await ring.refresh();
  assert.equal(ring.exist, true);
  assert.deepEqual(ring.find(text), { key, state: "valid" });
  assert.deepEqual([ring.get(key.id), ring.isValid(key.id)], [key, true]);
  assert.equal(ring.find(newKeyText()), undefined);
  assert.equal(ring.find("AIza"), undefined);
  clock.nowMs = 4999;
  assert.equal(ring.find(text)?.state, "valid");
  clock.nowMs = 5000;
  assert.equal(ring.find(text)?.state, "expired");
  assert.equal(ring.isValid(key.id), false);
});

Deno.test("KeyRing reads the store when a key changed, and never for a request", async () => {
  using parts = await startRing();
  const { book, clock } = parts;
  const reads = { revisions: 0, lists: 0 };
  const source = {
    revision: () => (reads.revisions++, book.revision()),
    list: () => (reads.lists++, book.list()),
  };
  const ring = new KeyRing({
    source,
    clock,
    onError: assert.ifError,
    onUnreadable: assert.fail,
  });
  const { key, text } = await book.create({ ...SETTINGS, name: "ada" });
  await ring.refresh();
  assert.deepEqual(reads, { revisions: 1, lists: 1 });
  const unknown = newKeyText();
  for (let request = 0; request < 1000; request++) {
    assert.equal(ring.find(text)?.state, "valid");
    assert.equal(ring.find(unknown), undefined);
    assert.equal(ring.isValid(key.id), true);
  }
  assert.deepEqual(reads, { revisions: 1, lists: 1 });
  // Without a change, only a number is read.
  await ring.refresh();
  assert.deepEqual(reads, { revisions: 2, lists: 1 });
});

Deno.test("KeyRing keeps the keys that it knows while the store cannot be read", async () => {
  using parts = await startRing();
  const { book, clock } = parts;
  let isGone = false;
  const errors: unknown[] = [];
  const ring = new KeyRing({
    source: {
      revision: () => isGone ? Promise.reject(new Error("gone")) : book.revision(),
      list: () => book.list(),
    },
    clock,
    onError: (error) => errors.push(error),
    onUnreadable: assert.fail,
  });
  const { text } = await book.create({ ...SETTINGS, name: "ada" });
  await ring.refresh();
  isGone = true;
  await assert.rejects(ring.refresh(), /gone/);
  assert.equal(ring.find(text)?.state, "valid");
  assert.equal(ring.exist, true);
  // A start without the keys would let everyone in.
  const other = new KeyRing({
    source: { revision: () => Promise.reject(new Error("gone")), list: () => book.list() },
    clock,
    onError: (error) => errors.push(error),
    onUnreadable: assert.fail,
  });
  await assert.rejects(other.start(), /gone/);
  await other[Symbol.asyncDispose]();
  assert.deepEqual(errors, []);
});

Deno.test("KeyRing knows disabled and removed keys, and that there was one after the last is gone", async () => {
  using parts = await startRing();
  const { book, ring } = parts;
  const { key, text } = await book.create({ ...SETTINGS, name: "ada" });
  await book.edit("ada", (key) => ({ ...key, isDisabled: true }));
  await ring.refresh();
  assert.equal(ring.find(text)?.state, "disabled");
  assert.equal(await book.remove("ada"), true);
  assert.equal(await book.remove("ada"), false);
  await ring.refresh();
  assert.deepEqual([ring.find(text)?.state, ring.find(text)?.key.name], ["removed", "ada"]);
  assert.equal(ring.get(key.id), undefined);
  assert.equal(ring.exist, true);
  // The name is free again, for a key of its own.
  const next = await book.create({ ...SETTINGS, name: "ada" });
  assert.notEqual(next.key.id, key.id);
});

Deno.test("KeyBook.rotate() keeps the id, and both texts are valid until the grace is over", async () => {
  using parts = await startRing();
  const { book, ring, clock } = parts;
  const first = await book.create({ ...SETTINGS, name: "ada", limits: { tokensPerDay: 7 } });
  const second = await book.rotate("ada", DAY_MS);
  await ring.refresh();
  assert.equal(second.key.id, first.key.id);
  assert.deepEqual(second.key.limits, { tokensPerDay: 7 });
  for (const { text } of [first, second]) assert.equal(ring.find(text)?.state, "valid");
  clock.nowMs += DAY_MS;
  assert.deepEqual([first, second].map(({ text }) => ring.find(text)?.state), [
    "replaced",
    "valid",
  ]);
  const third = await book.rotate("ada", 0);
  await ring.refresh();
  assert.deepEqual(
    [first, second, third].map(({ text }) => ring.find(text)?.state),
    ["replaced", "replaced", "valid"],
  );
});

Deno.test("A key that is rotated again within the grace stays valid as long as was said, at most", async () => {
  using parts = await startRing();
  const { book, ring, clock } = parts;
  const texts = [(await book.create({ ...SETTINGS, name: "ada" })).text];
  const rotate = async (graceMs: number) => {
    texts.push((await book.rotate("ada", graceMs)).text);
    await ring.refresh();
  };
  const states = () => texts.map((text) => ring.find(text)?.state);
  await rotate(10_000);
  clock.nowMs += 5000;
  await rotate(10_000);
  assert.deepEqual(states(), ["valid", "valid", "valid"]);
  clock.nowMs += 5000;
  assert.deepEqual(states(), ["replaced", "valid", "valid"]);
  // A shorter grace is for all of them: one of them may be known to others.
  await rotate(0);
  assert.deepEqual(states(), ["replaced", "replaced", "replaced", "valid"]);
  for (let nth = 0; nth < 8; nth++) await rotate(10_000);
  // The number of those that are recognized is bounded.
  assert.deepEqual(states(), [...Array(3).fill(undefined), ...Array(9).fill("valid")]);
});

Deno.test("KeyBook refuses names that are taken, reserved, addresses or keys", async () => {
  using parts = await startRing();
  const { book } = parts;
  await book.create({ ...SETTINGS, name: "ada" });
  await book.create({ ...SETTINGS, name: "bob" });
  const refused = ["ada", "open", "default", "", "a b", "planted@example.com", newKeyText()];
  const revision = await book.revision();
  for (const name of refused) {
    await assert.rejects(book.create({ ...SETTINGS, name }), { name: "KeyError" });
    await assert.rejects(book.edit("bob", (key) => ({ ...key, name })), { name: "KeyError" });
  }
  assert.equal(await book.revision(), revision);
  assert.equal((await book.edit("bob", (key) => ({ ...key, name: "eve" }))).name, "eve");
  await assert.rejects(book.get("bob"), /There is no key "bob"/);
});

Deno.test("An edit keeps fields of a newer version, and a row that cannot be read opens nothing", async () => {
  using parts = await startRing();
  const { book, ring, store, unreadable } = parts;
  const { key, text } = await book.create({ ...SETTINGS, name: "ada" });
  await store.clientKeys.update(key.id, (row) => ({
    ...row,
    fields: { ...row.fields, colour: "blue" },
  }));
  await book.edit("ada", (key) => ({ ...key, labels: ["team"] }));
  const row = await store.clientKeys.find("ada");
  assert.deepEqual([row?.fields["colour"], row?.fields["labels"]], ["blue", ["team"]]);
  await store.clientKeys.update(key.id, (row) => ({
    ...row,
    fields: { ...row.fields, limits: { tokensPerDay: "many" } },
  }));
  await ring.refresh();
  assert.equal(ring.find(text), undefined);
  // Reported once, not at each change of any key.
  await book.create({ ...SETTINGS, name: "bob" });
  await ring.refresh();
  assert.deepEqual(unreadable, ["ada"]);
  assert.deepEqual((await book.list()).unreadable, ["ada"]);
  await assert.rejects(book.get("ada"), /cannot read the key "ada"/);
  assert.equal(await book.remove("ada"), true);
});

Deno.test("Two edits of one key at once are both kept", async () => {
  using parts = await startRing();
  const { book } = parts;
  await book.create({ ...SETTINGS, name: "ada" });
  await Promise.all(
    ["a", "b", "c"].map((label) =>
      book.edit("ada", (key) => ({ ...key, labels: [...key.labels, label] }))
    ),
  );
  assert.deepEqual((await book.get("ada")).labels.toSorted(), ["a", "b", "c"]);
});
