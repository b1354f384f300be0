/** Folders that have lost their database, which look new to SQLite. @module */
import assert from "node:assert/strict";
import { type Examined, openExamined } from "../../../src/cli/doctor/open_examined.ts";
import { Database } from "../../../src/store/database/database.ts";
import { LocalBackend } from "../../../src/store/database/local_backend.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { StoreError } from "../../../src/store/store_error.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** A data folder with an account in it. */
async function madeFolder(path: string): Promise<string> {
  const dataDir = `${path}/data`;
  using store = await openStore({ dataDir });
  await store.accounts.insert({ id: "x", name: "one", fields: {}, secret: "{}" });
  return dataDir;
}

function removeDatabase(dataDir: string): void {
  for (const { name } of [...Deno.readDirSync(dataDir)]) {
    if (name.startsWith("pollux.db")) Deno.removeSync(`${dataDir}/${name}`);
  }
}

function filesOf(dataDir: string): readonly string[] {
  return [...Deno.readDirSync(dataDir)].map(({ name }) =>
    `${name} ${Deno.statSync(`${dataDir}/${name}`).size}`
  ).sort();
}

const LOSSES: Readonly<Record<string, (dataDir: string) => void | Promise<void>>> = {
  "is missing": removeDatabase,
  "is empty \\(0 bytes\\)"(dataDir) {
    removeDatabase(dataDir);
    Deno.writeFileSync(`${dataDir}/pollux.db`, new Uint8Array(), { mode: 0o600 });
  },
  async "holds nothing"(dataDir) {
    removeDatabase(dataDir);
    new Database(await LocalBackend.open(`${dataDir}/pollux.db`)).close();
    await Deno.chmod(`${dataDir}/pollux.db`, 0o600);
  },
};

for (const [how, lose] of Object.entries(LOSSES)) {
  const words = new RegExp(`^The database ".*pollux\\.db" ${how}, though accounts were kept here`);

  Deno.test(`openStore() and doctor tell that the database ${how}, with the cure`, async () => {
    using folder = tempFolder();
    const dataDir = await madeFolder(folder.path);
    await lose(dataDir);
    const before = filesOf(dataDir);
    await assert.rejects(
      openStore({ dataDir }),
      (error) =>
        error instanceof StoreError && words.test(error.message) &&
        /put it back from a backup, or, .* remove the key .*pollux\.key"/.test(error.message),
    );
    const examined: Examined = await openExamined({ dataDir });
    using _store = examined.store;
    const [finding, ...others] = examined.findings;
    assert.equal(others.length, 0);
    assert.equal(finding?.severity, "error");
    assert.match(finding?.message ?? "", words);
    assert.match(finding?.remedy ?? "", /^Put it back from a backup/);
    assert.equal(examined.isNew, false);
    assert.deepEqual(filesOf(dataDir).filter((name) => !/-(wal|shm)/.test(name)), before);
  });

  Deno.test(`openStore() begins anew where the database ${how} and its key was removed`, async () => {
    using folder = tempFolder();
    const dataDir = await madeFolder(folder.path);
    await lose(dataDir);
    Deno.removeSync(`${dataDir}/pollux.key`);
    using store = await openStore({ dataDir });
    assert.deepEqual(await store.accounts.list(), []);
  });
}

Deno.test("openStore() does not drop a log of writes whose database is missing", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  Deno.mkdirSync(dataDir, { mode: 0o700 });
  Deno.writeFileSync(`${dataDir}/pollux.db-wal`, new Uint8Array(4096), { mode: 0o600 });
  await assert.rejects(openStore({ dataDir }), /"[^"]*pollux\.db" is missing, though accounts/);
  assert.equal(Deno.statSync(`${dataDir}/pollux.db-wal`).size, 4096);
});

Deno.test("openStore() goes on after a start that ended before the key was made", async () => {
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  Deno.mkdirSync(dataDir, { mode: 0o700 });
  Deno.writeFileSync(`${dataDir}/pollux.db`, new Uint8Array(), { mode: 0o600 });
  // The key's file is made before its bytes are.
  Deno.writeFileSync(`${dataDir}/pollux.key`, new Uint8Array(), { mode: 0o600 });
  using store = await openStore({ dataDir });
  assert.deepEqual(await store.accounts.list(), []);
});
