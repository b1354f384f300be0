import assert from "node:assert/strict";
import { join } from "node:path";
import type { KeptKind } from "../../../src/base/stored/kept.ts";
import { acquireDataLock } from "../../../src/store/folder/data_lock.ts";
import { type FolderLocation, openStore } from "../../../src/store/open_store.ts";
import { reseal } from "../../../src/store/sealing/reseal.ts";
import { keyIdOf, Seal } from "../../../src/store/sealing/seal.ts";
import { decodeValue, encodeValue } from "../../../src/store/database/stored_value.ts";
import { readKept, writeKept } from "../../support/kept.ts";
import { planted } from "../../support/planted.ts";
import { runChild } from "../../support/child.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const ROWS = [1, 2, 3].map((number) => ({
  id: `id${number}`,
  name: `account${number}`,
  fields: { number },
  secret: planted(`secret-${number}`),
}));

/** Kept state that is sealed: one row of it, split over several of the database. */
const KIND: KeptKind<string> = {
  name: "test_secret",
  label: "secrets",
  ifUnread: "they are missing",
  leftMs: () => 3_600_000,
  encode: (secret) => secret,
  decode: (stored) => typeof stored === "string" ? stored : undefined,
  isSealed: true,
};
const KEPT = { key: ["a"], value: planted("kept ").repeat(10_000) };

/** Steps of a change of key: its beginning, a row each, then its end. */
const WRITES = ROWS.length + 1 + 2;

function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

async function addRows(location: FolderLocation): Promise<void> {
  using store = await openStore(location);
  for (const row of ROWS) assert.equal(await store.accounts.insert(row), true);
  await writeKept(store, KIND, [KEPT]);
}

async function rowsOf(location: FolderLocation) {
  using store = await openStore(location);
  assert.deepEqual(await readKept(store, KIND), [KEPT]);
  return await store.accounts.list();
}

async function opens(location: FolderLocation): Promise<boolean> {
  try {
    assert.deepEqual(await rowsOf(location), ROWS);
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return false;
  }
}

/** The names of the keys under which the account rows of a folder lie. */
async function keyIdsIn(dataDir: string): Promise<Set<string | undefined>> {
  using kv = await Deno.openKv(join(dataDir, "pollux.db"));
  const entries = await Array.fromAsync(kv.list({ prefix: ["v1", "account"] }));
  return new Set(entries.map(({ value }) => {
    const row = decodeValue(value);
    assert.ok(typeof row === "object" && row !== null && "sealed" in row);
    return keyIdOf(String(row.sealed));
  }));
}

Deno.test("reseal() seals every secret under a new key, and the former one opens nothing any more", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const keyFile = join(dataDir, "pollux.key");
  await addRows({ dataDir });
  const former = Deno.readFileSync(keyFile);
  assert.deepEqual(await reseal({ dataDir }, {}), { count: 3, unreadable: [] });
  const { keyId } = await Seal.fromKey(Deno.readFileSync(keyFile));
  assert.notEqual(keyId, (await Seal.fromKey(former)).keyId);
  assert.deepEqual(await keyIdsIn(dataDir), new Set([keyId]));
  assert.deepEqual(await rowsOf({ dataDir }), ROWS);
  if (Deno.build.os !== "windows") {
    assert.equal((Deno.statSync(keyFile).mode ?? 0) & 0o777, 0o600);
  }
  Deno.writeFileSync(keyFile, former);
  await assert.rejects(openStore({ dataDir }), { name: "StoreError", message: /is the wrong one/ });
});

Deno.test("reseal() makes the new key in a file of the user's choice, and removes its own", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const masterKeyFile = join(folder.path, "master.key");
  await addRows({ dataDir });
  await reseal({ dataDir }, { newKeyFile: masterKeyFile });
  if (Deno.build.os !== "windows") {
    assert.equal((Deno.statSync(masterKeyFile).mode ?? 0) & 0o777, 0o600);
  }
  assert.deepEqual(await rowsOf({ dataDir, masterKeyFile }), ROWS);
  assert.throws(() => Deno.statSync(join(dataDir, "pollux.key")), Deno.errors.NotFound);
  await assert.rejects(openStore({ dataDir }), {
    name: "StoreError",
    message: /is missing.* name its file in POLLUX_MASTER_KEY_FILE/,
  });
});

Deno.test("reseal() takes a key that the user has, and leaves alone where the former one is", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const [former, next] = ["former.key", "next.key"].map((name) => join(folder.path, name));
  assert.ok(former !== undefined && next !== undefined);
  Deno.writeFileSync(former, newKey(), { mode: 0o600 });
  Deno.writeFileSync(next, newKey(), { mode: 0o400 });
  await addRows({ dataDir, masterKeyFile: former });
  await assert.rejects(reseal({ dataDir, masterKeyFile: former }, {}), {
    name: "StoreError",
    message: /Pollux must not change; .* --new-key-file/,
  });
  await assert.rejects(reseal({ dataDir, masterKeyFile: former }, { newKeyFile: former }), {
    name: "StoreError",
    message: /The new key is the one in/,
  });
  await reseal({ dataDir, masterKeyFile: former }, { newKeyFile: next });
  assert.equal(Deno.statSync(former).size, 32);
  assert.equal(await opens({ dataDir, masterKeyFile: former }), false);
  assert.equal(await opens({ dataDir, masterKeyFile: next }), true);

  // And back into the data folder.
  const newKeyFile = join(dataDir, "pollux.key");
  await reseal({ dataDir, masterKeyFile: next }, { newKeyFile });
  assert.equal(await opens({ dataDir }), true);
});

Deno.test("reseal() is refused while a gateway runs on the folder, and changes nothing", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addRows({ dataDir });
  const before = await keyIdsIn(dataDir);
  {
    using _gateway = acquireDataLock(dataDir);
    await assert.rejects(reseal({ dataDir }, {}), { message: /Another Pollux is running/ });
  }
  assert.deepEqual(await keyIdsIn(dataDir), before);
  assert.deepEqual(await rowsOf({ dataDir }), ROWS);
});

Deno.test("reseal() names a secret that does not open, and leaves it as it is", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addRows({ dataDir });
  const damaged = { name: "account2", fields: {}, sealed: "damaged" };
  {
    using kv = await Deno.openKv(join(dataDir, "pollux.db"));
    await kv.set(["v1", "account", "id2"], encodeValue(damaged));
  }
  assert.deepEqual(await reseal({ dataDir }, {}), { count: 2, unreadable: ["account2"] });
  using kv = await Deno.openKv(join(dataDir, "pollux.db"));
  assert.deepEqual(decodeValue((await kv.get(["v1", "account", "id2"])).value), damaged);
});

Deno.test("reseal() that died between any two steps loses no secret, and works when it is run again", async () => {
  let deaths = 0;
  for (;; deaths++) {
    using folder = tempFolder();
    const dataDir = join(folder.path, "data");
    await addRows({ dataDir });
    const args = [dataDir, String(deaths)];
    const { code, signal } = await runChild("reseal_program.ts", args, { mayDie: true });
    if (signal === null) {
      assert.equal(code, 0);
      break;
    }
    assert.deepEqual(await rowsOf({ dataDir }), ROWS, `after ${deaths} steps`);
    await reseal({ dataDir }, {});
    assert.deepEqual(await rowsOf({ dataDir }), ROWS, `after ${deaths} steps, and again`);
    assert.equal((await keyIdsIn(dataDir)).size, 1);
  }
  // The writes, what a dead run left of a key file, the key file's rename, and the entry in the audit log.
  assert.equal(deaths, WRITES + 3);
});

Deno.test("reseal() to a file that died between any two steps works with the former key or the new one", async () => {
  const worked: string[] = [];
  for (let deaths = 0;; deaths++) {
    using folder = tempFolder();
    const dataDir = join(folder.path, "data");
    const masterKeyFile = join(folder.path, "master.key");
    await addRows({ dataDir });
    const former = Deno.readFileSync(join(dataDir, "pollux.key"));
    const args = [dataDir, String(deaths), masterKeyFile];
    const { code, signal } = await runChild("reseal_program.ts", args, { mayDie: true });
    if (signal === null) {
      assert.equal(code, 0);
      break;
    }
    const [withFormer, withNew] = [
      await opens({ dataDir }),
      await opens({ dataDir, masterKeyFile }),
    ];
    worked.push(withFormer && withNew ? "both" : withFormer ? "former" : withNew ? "new" : "none");
    assert.deepEqual(Deno.readFileSync(join(dataDir, "pollux.key")), former);
    // Whichever the user goes on with, another change comes to its end.
    const location = withFormer ? { dataDir } : { dataDir, masterKeyFile };
    const newKeyFile = join(folder.path, "third.key");
    await reseal(location, { newKeyFile });
    assert.equal(await opens({ dataDir, masterKeyFile: newKeyFile }), true);
    assert.equal(await opens({ dataDir, masterKeyFile }), false);
  }
  const underWay = Array.from({ length: WRITES - 1 }, () => "both");
  // The last but one died before the entry in the audit log, which follows the change.
  assert.deepEqual(worked, ["former", ...underWay, "new", "new"]);
});

Deno.test("reseal() makes the new key where a process died before it wrote one", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const masterKeyFile = join(folder.path, "master.key");
  await addRows({ dataDir });
  Deno.writeFileSync(masterKeyFile, new Uint8Array(0), { mode: 0o600 });
  await reseal({ dataDir }, { newKeyFile: masterKeyFile });
  assert.deepEqual(await rowsOf({ dataDir, masterKeyFile }), ROWS);
});

Deno.test("AccountRows seals under the new key what is written after reseal() by a process that was there before", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  await addRows({ dataDir });
  using store = await openStore({ dataDir });
  await reseal({ dataDir }, {});
  const added = { id: "id4", name: "account4", fields: {}, secret: "later" };
  // Two at once: one of them finds the key changed, the other finds it taken over already.
  assert.deepEqual(
    await Promise.all([
      store.accounts.insert(added),
      store.accounts.insert({ ...added, id: "id5", name: "account5" }),
    ]),
    [true, true],
  );
  await reseal({ dataDir }, {});
  await store.accounts.update("id1", () => ({ secret: "changed" }));
  await reseal({ dataDir }, {});
  assert.deepEqual((await store.accounts.list()).map(({ secret }) => secret), [
    ...["changed", planted("secret-2"), planted("secret-3"), "later", "later"],
  ]);
  const { keyId } = await Seal.fromKey(Deno.readFileSync(join(dataDir, "pollux.key")));
  assert.deepEqual(await keyIdsIn(dataDir), new Set([keyId]));
});

Deno.test("AccountRows refuses to seal under a key that went while the process held it", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const masterKeyFile = join(folder.path, "former.key");
  const newKeyFile = join(folder.path, "new.key");
  Deno.writeFileSync(masterKeyFile, newKey(), { mode: 0o600 });
  await addRows({ dataDir, masterKeyFile });
  using store = await openStore({ dataDir, masterKeyFile });
  await reseal({ dataDir, masterKeyFile }, { newKeyFile });
  const refusal = { name: "StoreError", message: /is the wrong one/ };
  await assert.rejects(store.accounts.update("id1", () => ({ secret: "changed" })), refusal);
  await assert.rejects(
    store.accounts.insert({ id: "id4", name: "account4", fields: {}, secret: "later" }),
    refusal,
  );
  await assert.rejects(store.accounts.list(), refusal);
  assert.deepEqual(await rowsOf({ dataDir, masterKeyFile: newKeyFile }), ROWS);
});
