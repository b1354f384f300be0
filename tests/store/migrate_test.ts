import assert from "node:assert/strict";
import { join } from "node:path";
import { acquireDataLock } from "../../src/store/folder/data_lock.ts";
import { requireSchema, SCHEMA_VERSION } from "../../src/store/migrate.ts";
import { MIGRATIONS } from "../../src/store/migrations/migrations.ts";
import { SESSIONS } from "../../src/pool/sessions/kept_sessions.ts";
import { openStore } from "../../src/store/open_store.ts";
import { decodeValue, encodeValue } from "../../src/store/database/stored_value.ts";
import { runChild } from "../support/child.ts";
import { memoryDatabase } from "../support/memory_database.ts";
import { copySchema1Folder, SCHEMA1_ACCOUNTS } from "./schema1_folder.ts";
import { readKept } from "../support/kept.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Every value of a database file, by its key. */
async function contentOf(path: string): Promise<Map<string, unknown>> {
  using kv = await Deno.openKv(path);
  const entries = await Array.fromAsync(kv.list({ prefix: [] }));
  return new Map(entries.map(({ key, value }) => [
    key.join(" "),
    value instanceof Deno.KvU64 ? value.value : decodeValue(value),
  ]));
}

async function accountsOf(dataDir: string) {
  using store = await openStore({ dataDir });
  return await store.accounts.list();
}

function filesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

Deno.test("MIGRATIONS lead from schema 1 to the present one, without a gap", () => {
  assert.deepEqual(
    MIGRATIONS.map(({ to }) => to),
    Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 2),
  );
});

Deno.test("openStore() brings a folder of schema 1 up to date, and keeps everything in it", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  const key = Deno.readFileSync(join(dataDir, "pollux.key"));
  const backups: string[] = [];
  {
    using store = await openStore({ dataDir, onBackup: (path) => backups.push(path) });
    assert.deepEqual(await store.accounts.list(), SCHEMA1_ACCOUNTS);
    assert.equal((await store.accounts.find("account-05"))?.name, "account-05");
    assert.equal(await store.accounts.revision(), 25n);
    assert.equal((await readKept(store, SESSIONS)).length, 1);
    assert.equal(
      await store.accounts.insert({ id: "n", name: "n", fields: {}, secret: "s" }),
      true,
    );
  }
  assert.deepEqual(Deno.readFileSync(join(dataDir, "pollux.key")), key);
  assert.deepEqual(backups, [join(dataDir, "pollux.db.schema1.backup")]);
  {
    using store = await openStore({ dataDir, onBackup: (path) => backups.push(path) });
    assert.equal((await store.accounts.list()).length, SCHEMA1_ACCOUNTS.length + 1);
  }
  assert.equal(backups.length, 1);
});

Deno.test("openStore() keeps what lies beside a row of schema 1, and a secret that does not open", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  await accountsOf(dataDir);
  const content = await contentOf(join(dataDir, "pollux.db"));
  const damaged = content.get("v1 account damaged");
  assert.ok(typeof damaged === "object" && damaged !== null && "sealed" in damaged);
  assert.match(String(damaged.sealed), /^v2\.[0-9a-f]{16}\.damaged\.text$/);
  assert.deepEqual({ ...damaged, sealed: "" }, {
    name: "damaged",
    fields: { kind: "gemini-api" },
    sealed: "",
    health: 7,
  });
});

Deno.test("openStore() writes a backup from which schema 1 can be had back, mode 0600", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  const before = await contentOf(join(dataDir, "pollux.db"));
  const backup = join(dataDir, "pollux.db.schema1.backup");
  await accountsOf(dataDir);
  if (Deno.build.os !== "windows") {
    assert.equal((Deno.statSync(backup).mode ?? 0) & 0o777, 0o600);
  }
  assert.deepEqual(await contentOf(backup), before);
  assert.equal(before.get("schema"), 1);

  // Put back and brought up to date once more: the first backup is not overwritten.
  Deno.copyFileSync(backup, join(dataDir, "pollux.db"));
  assert.deepEqual(await accountsOf(dataDir), SCHEMA1_ACCOUNTS);
  assert.deepEqual(filesIn(dataDir).filter((name) => name.includes("backup")), [
    "pollux.db.schema1-2.backup",
    "pollux.db.schema1.backup",
  ]);
});

Deno.test("openStore() changes nothing in a folder of schema 1 whose key is missing or another one", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  const before = await contentOf(join(dataDir, "pollux.db"));
  const keyFile = join(dataDir, "pollux.key");
  const key = Deno.readFileSync(keyFile);
  Deno.removeSync(keyFile);
  await assert.rejects(openStore({ dataDir }), { name: "StoreError", message: /is missing/ });
  Deno.writeFileSync(keyFile, crypto.getRandomValues(new Uint8Array(32)), { mode: 0o600 });
  await assert.rejects(openStore({ dataDir }), { name: "StoreError", message: /is the wrong one/ });
  assert.deepEqual(await contentOf(join(dataDir, "pollux.db")), before);
  assert.deepEqual(filesIn(dataDir).filter((name) => name.includes("backup")), []);
  Deno.writeFileSync(keyFile, key);
  assert.deepEqual(await accountsOf(dataDir), SCHEMA1_ACCOUNTS);
});

Deno.test("openStore() refuses to change a folder of schema 1 on which a gateway runs", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  const before = await contentOf(join(dataDir, "pollux.db"));
  {
    using _gateway = acquireDataLock(dataDir);
    await assert.rejects(openStore({ dataDir }), {
      name: "StoreError",
      message: /from an older Pollux .* a gateway runs on it; stop that gateway/,
    });
    assert.deepEqual(await contentOf(join(dataDir, "pollux.db")), before);
    // The gateway itself has the lock, and may.
    using _store = await openStore({ dataDir, isLocked: true });
  }
  assert.deepEqual(await accountsOf(dataDir), SCHEMA1_ACCOUNTS);
});

Deno.test("openStore() of processes that come at once brings a folder up to date once", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  const ends = await Promise.all([1, 2, 3].map(() => runChild("open_program.ts", [dataDir])));
  assert.deepEqual(ends.map(({ code }) => code), [0, 0, 0]);
  assert.deepEqual(await accountsOf(dataDir), SCHEMA1_ACCOUNTS);
  assert.ok(!filesIn(dataDir).includes("pollux.db.schema1-2.backup"));
});

Deno.test("openStore() ends a change of schema that died between any two of its steps", async () => {
  let deaths = 0;
  for (;; deaths++) {
    using folder = tempFolder();
    const dataDir = join(folder.path, "data");
    copySchema1Folder(dataDir);
    const args = [dataDir, String(deaths)];
    const { code, signal } = await runChild("open_program.ts", args, { mayDie: true });
    if (signal === null) {
      assert.equal(code, 0);
      break;
    }
    assert.deepEqual(await accountsOf(dataDir), SCHEMA1_ACCOUNTS, `after ${deaths} steps`);
    const content = await contentOf(join(dataDir, "pollux.db"));
    assert.equal(content.get("schema"), SCHEMA_VERSION);
    assert.ok(!content.has("migration") && !content.has("v1 seal_check"));
    const backup = await contentOf(join(dataDir, "pollux.db.schema1.backup"));
    assert.equal(backup.get("schema"), 1);
  }
  // What a dead run left of a backup, the backup's rename, the beginning, every account, the new row
  // about the key, the end.
  assert.equal(deaths, SCHEMA1_ACCOUNTS.length + 5);
});

Deno.test("requireSchema() marks a new shared store, and refuses what another version wrote", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  await requireSchema(database, "The store");
  await requireSchema(database, "The store");
  for (const schema of [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1, "?"]) {
    await database.commit((transaction) => transaction.set(["schema"], encodeValue(schema)));
    await assert.rejects(
      requireSchema(database, "The store"),
      /^StoreError: The store was written by another version of Pollux \(schema .*\); use that/,
    );
    assert.equal((await database.get(["schema"])).value, schema);
  }
});
