import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../src/store/open_store.ts";
import { decodeValue, encodeValue } from "../../src/store/database/stored_value.ts";
import { runChild } from "../support/child.ts";
import { tempFolder } from "../support/temp_folder.ts";

const ONE = { id: "1", name: "one", fields: { kind: "x", enabled: true }, secret: "secret" };

Deno.test("AccountRows.insert() refuses a taken name or id and changes nothing", async () => {
  using store = await openStore({ memory: true });
  assert.equal(await store.accounts.insert(ONE), true);
  const revision = await store.accounts.revision();
  assert.equal(await store.accounts.insert({ ...ONE, id: "2" }), false);
  assert.equal(await store.accounts.insert({ ...ONE, name: "two" }), false);
  assert.deepEqual(await store.accounts.list(), [ONE]);
  assert.equal(await store.accounts.find("two"), undefined);
  assert.equal(await store.accounts.revision(), revision);
});

Deno.test("AccountRows moves the revision on with every change, and with nothing else", async () => {
  using store = await openStore({ memory: true });
  const { accounts } = store;
  const seen: bigint[] = [await accounts.revision()];
  await accounts.insert(ONE);
  seen.push(await accounts.revision());
  await accounts.update("1", () => ({ fields: { enabled: false } }));
  seen.push(await accounts.revision());
  await accounts.remove("1");
  seen.push(await accounts.revision());
  assert.equal(new Set(seen).size, 4);
  await accounts.update("1", () => ({ fields: {} }));
  await accounts.remove("1");
  await accounts.list();
  assert.equal(await accounts.revision(), seen.at(-1));
});

Deno.test("AccountRows.update() leaves alone what the change leaves out", async () => {
  using store = await openStore({ memory: true });
  await store.accounts.insert(ONE);
  assert.deepEqual(
    await store.accounts.update("1", () => ({ secret: "new" })),
    { ...ONE, secret: "new" },
  );
  assert.deepEqual(
    await store.accounts.update("1", ({ fields }) => ({ fields: { ...fields, enabled: false } })),
    { ...ONE, fields: { kind: "x", enabled: false }, secret: "new" },
  );
  assert.deepEqual(await store.accounts.find("one"), {
    ...ONE,
    fields: { kind: "x", enabled: false },
    secret: "new",
  });
});

Deno.test("AccountRows.update() of a row that is gone gives nothing and makes none", async () => {
  using store = await openStore({ memory: true });
  assert.equal(await store.accounts.update("1", () => ({ fields: {} })), undefined);
  assert.deepEqual(await store.accounts.list(), []);
});

Deno.test("AccountRows.remove() frees the name", async () => {
  using store = await openStore({ memory: true });
  await store.accounts.insert(ONE);
  assert.equal(await store.accounts.remove("1"), true);
  assert.equal(await store.accounts.remove("1"), false);
  assert.equal(await store.accounts.insert({ ...ONE, id: "2" }), true);
});

Deno.test("AccountRows keeps what a newer version stored beside a row, and shows a damaged one", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  {
    using store = await openStore({ dataDir });
    await store.accounts.insert(ONE);
  }
  const key = ["v1", "account", "1"];
  {
    using kv = await Deno.openKv(join(dataDir, "pollux.db"));
    const { name, fields } = ONE;
    await kv.set(key, encodeValue({ name, fields, health: 7, sealed: "v1.damaged.text" }));
    await kv.set(["v1", "account", "2"], "no row at all");
  }
  {
    using store = await openStore({ dataDir });
    await store.accounts.update("1", () => ({ fields: { enabled: false } }));
    assert.deepEqual(await store.accounts.list(), [
      { id: "1", name: "one", fields: { enabled: false }, secret: undefined },
      { id: "2", name: "", fields: {}, secret: undefined },
    ]);
  }
  using kv = await Deno.openKv(join(dataDir, "pollux.db"));
  assert.deepEqual(decodeValue((await kv.get(key)).value), {
    name: "one",
    fields: { enabled: false },
    sealed: "v1.damaged.text",
    health: 7,
  });
});

Deno.test("AccountRows.update() of two processes at once loses no edit", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  using store = await openStore({ dataDir });
  await store.accounts.insert({ ...ONE, fields: { count: 0 } });
  const before = await store.accounts.revision();
  const ends = await Promise.all(
    [1, 2].map(() => runChild("count_program.ts", [dataDir, "1", "60"])),
  );
  assert.deepEqual(ends.map(({ code }) => code), [0, 0]);
  assert.deepEqual((await store.accounts.find("one"))?.fields, { count: 120 });
  assert.equal(await store.accounts.revision(), before + 120n);
});

Deno.test("AccountRows.update() renames with the index, and leaves a row alone whose new name is taken", async () => {
  using store = await openStore({ memory: true });
  const { accounts } = store;
  await accounts.insert({ id: "1", name: "one", fields: { a: 1 }, secret: "s1" });
  await accounts.insert({ id: "2", name: "two", fields: { a: 2 }, secret: "s2" });
  const before = await accounts.revision();
  const kept = await accounts.update("1", () => ({ name: "two", fields: { a: 3 } }));
  assert.deepEqual([kept?.name, kept?.fields], ["one", { a: 1 }]);
  assert.equal(await accounts.revision(), before);
  const renamed = await accounts.update("1", () => ({ name: "three", fields: { a: 3 } }));
  assert.deepEqual([renamed?.name, renamed?.secret], ["three", "s1"]);
  assert.equal(await accounts.find("one"), undefined);
  assert.deepEqual(await accounts.find("three"), {
    id: "1",
    name: "three",
    fields: { a: 3 },
    secret: "s1",
  });
  assert.equal(await accounts.insert({ id: "3", name: "one", fields: {}, secret: "" }), true);
});
