import assert from "node:assert/strict";
import { join } from "node:path";
import { SESSIONS } from "../../src/pool/sessions/kept_sessions.ts";
import { openStore } from "../../src/store/open_store.ts";
import { StoreError } from "../../src/store/store_error.ts";
import { encodeValue } from "../../src/store/database/stored_value.ts";
import { runChild, startChild } from "../support/child.ts";
import { writeKept } from "../support/kept.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { ON_WINDOWS, testUnless } from "../support/left_out.ts";

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

async function addOne(dataDir: string): Promise<void> {
  using store = await openStore({ dataDir });
  await store.accounts.insert({ id: "1", name: "one", fields: {}, secret: "secret" });
}

testUnless(
  ON_WINDOWS,
  "openStore() makes a 0700 folder, and every file in it 0600 while it is open",
  async () => {
    using folder = tempFolder();
    const dataDir = join(folder.path, "deep", "data");
    using store = await openStore({ dataDir });
    await store.accounts.insert({ id: "1", name: "one", fields: {}, secret: "secret" });
    assert.equal(modeOf(dataDir), 0o700);
    const files = [...Deno.readDirSync(dataDir)].map(({ name }) => name).sort();
    assert.deepEqual(files, ["pollux.db", "pollux.db-shm", "pollux.db-wal", "pollux.key"]);
    for (const file of files) assert.equal(modeOf(join(dataDir, file)), 0o600, file);
  },
);

testUnless(
  ON_WINDOWS,
  "openStore() refuses a folder, a database and a key that others may read",
  async () => {
    using folder = tempFolder();
    const dataDir = join(folder.path, "data");
    await addOne(dataDir);
    const loose: readonly [string, number, number][] = [
      [dataDir, 0o750, 0o700],
      [join(dataDir, "pollux.db"), 0o644, 0o600],
      [join(dataDir, "pollux.key"), 0o604, 0o600],
    ];
    for (const [path, mode, right] of loose) {
      Deno.chmodSync(path, mode);
      await assert.rejects(openStore({ dataDir }), (error: Error) => {
        assert.ok(error instanceof StoreError);
        assert.ok(error.message.includes(`chmod ${right.toString(8)} "${path}"`), error.message);
        return true;
      });
      Deno.chmodSync(path, right);
    }
    using store = await openStore({ dataDir });
    assert.equal((await store.accounts.find("one"))?.secret, "secret");
  },
);

Deno.test("openStore() finds its rows again", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addOne(dataDir);
  using store = await openStore({ dataDir });
  assert.deepEqual(await store.accounts.list(), [
    { id: "1", name: "one", fields: {}, secret: "secret" },
  ]);
});

Deno.test("openStore() keeps every value in a form that every Deno can read", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addOne(dataDir);
  {
    using store = await openStore({ dataDir });
    const expiresAtMs = Date.now() + 3_600_000;
    await writeKept(store, SESSIONS, [{ key: ["a"], value: { accountId: "1", expiresAtMs } }]);
  }
  using kv = await Deno.openKv(join(dataDir, "pollux.db"));
  const entries = await Array.fromAsync(kv.list({ prefix: [] }));
  assert.equal(entries.length, 6);
  for (const { key, value } of entries) {
    assert.ok(value instanceof Uint8Array || value instanceof Deno.KvU64, key.join(" "));
  }
});

Deno.test("openStore() keeps no secret readable in any file", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const secret = "planted-secret-4711";
  using store = await openStore({ dataDir });
  await store.accounts.insert({ id: "1", name: "one", fields: {}, secret });
  for (const { name } of Deno.readDirSync(dataDir)) {
    const bytes = Deno.readFileSync(join(dataDir, name));
    assert.ok(!new TextDecoder("latin1").decode(bytes).includes(secret), name);
  }
});

Deno.test("openStore() refuses a missing, another and a damaged key, and destroys nothing", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const keyFile = join(dataDir, "pollux.key");
  await addOne(dataDir);
  const key = Deno.readFileSync(keyFile);

  Deno.removeSync(keyFile);
  await assert.rejects(openStore({ dataDir }), { name: "StoreError", message: /key.* is missing/ });
  assert.throws(() => Deno.statSync(keyFile), Deno.errors.NotFound);

  Deno.writeFileSync(keyFile, new Uint8Array(0), { mode: 0o600 });
  await assert.rejects(openStore({ dataDir }), { name: "StoreError", message: /key.* is missing/ });

  Deno.writeFileSync(keyFile, key.slice(1));
  await assert.rejects(openStore({ dataDir }), {
    name: "StoreError",
    message: /damaged \(31 byte/,
  });

  Deno.writeFileSync(keyFile, crypto.getRandomValues(new Uint8Array(32)));
  await assert.rejects(openStore({ dataDir }), { name: "StoreError", message: /is the wrong one/ });

  Deno.writeFileSync(keyFile, key);
  using store = await openStore({ dataDir });
  assert.equal((await store.accounts.find("one"))?.secret, "secret");
});

Deno.test("openStore() makes a key where a process died before it wrote one", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  Deno.mkdirSync(dataDir, { mode: 0o700 });
  Deno.writeFileSync(join(dataDir, "pollux.key"), new Uint8Array(0), { mode: 0o600 });
  await addOne(dataDir);
  assert.equal(Deno.statSync(join(dataDir, "pollux.key")).size, 32);
});

Deno.test("loadSealKey() waits for a process that is making the key, and takes that key", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const keyFile = join(dataDir, "pollux.key");
  Deno.mkdirSync(dataDir, { mode: 0o700 });
  const key = crypto.getRandomValues(new Uint8Array(32));
  const file = Deno.openSync(keyFile, { createNew: true, write: true, mode: 0o600 });
  file.lockSync(true);
  const child = startChild("load_key_program.ts", [keyFile]);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader.read()).value, "loading\n");
  file.writeSync(key);
  file.close();
  assert.equal((await reader.read()).value, `${key.toHex()}\n`);
  assert.equal((await reader.read()).done, true);
  assert.equal((await child.status).code, 0);
});

Deno.test("openStore() refuses what a newer Pollux wrote, and what has no schema it knows", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addOne(dataDir);
  for (
    const [schema, words] of [[3, /written by a newer Pollux \(schema 3/], [
      "x",
      /has no schema that Pollux knows/,
    ]]
  ) {
    const kv = await Deno.openKv(join(dataDir, "pollux.db"));
    await kv.set(["schema"], encodeValue(schema));
    kv.close();
    await assert.rejects(openStore({ dataDir }), { name: "StoreError", message: words });
  }
});

Deno.test("openStore() says why a file that is no database cannot be opened", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  Deno.mkdirSync(dataDir, { mode: 0o700 });
  Deno.writeTextFileSync(join(dataDir, "pollux.db"), "no database".repeat(1000), { mode: 0o600 });
  await assert.rejects(openStore({ dataDir }), {
    name: "StoreError",
    message: /cannot be opened: .*not a database/,
  });
});

Deno.test("openStore() gives processes that come at once one key and one schema", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const prefixes = ["a", "b", "c"];
  const ends = await Promise.all(
    prefixes.map((prefix) => runChild("add_accounts_program.ts", [dataDir, prefix, "5"])),
  );
  assert.deepEqual(ends.map(({ code }) => code), [0, 0, 0]);
  using store = await openStore({ dataDir });
  const rows = await store.accounts.list();
  assert.equal(rows.length, 15);
  for (const { name, secret } of rows) assert.equal(secret, `secret of ${name}`);
});

Deno.test("openStore() in memory touches no disk and keeps rows while it is open", async () => {
  using store = await openStore({ memory: true });
  await store.accounts.insert({ id: "1", name: "one", fields: { a: [1] }, secret: "s" });
  assert.deepEqual(await store.accounts.find("one"), {
    id: "1",
    name: "one",
    fields: { a: [1] },
    secret: "s",
  });
});
