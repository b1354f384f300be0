import assert from "node:assert/strict";
import { join } from "node:path";
import { startGateway } from "../../support/pollux_process.ts";
import { copySchema1Folder } from "../../store/schema1_folder.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { planted } from "../../support/planted.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";

const KEY = { input: `${planted("key")}\n` };
const ADD = ["add", "gemini-api", "home", "--key-stdin"];

/** Runs an accounts command on a data folder. */
function on(dataDir: string) {
  return (user: FakeUser, args: readonly string[]) =>
    runAs(user, ["accounts", ...args, "--data-dir", dataDir]);
}

Deno.test("accounts reseal changes the key, and says what it did", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const accounts = on(dataDir);
  await accounts(KEY, ADD);
  const former = Deno.readFileSync(join(dataDir, "pollux.key"));
  assert.deepEqual((await accounts({}, ["reseal"])).out.split("\n"), [
    "Sealed 1 account under a new key",
    "Backups made before this open only with the former key",
  ]);
  assert.notDeepEqual(Deno.readFileSync(join(dataDir, "pollux.key")), former);
  const json = await accounts({}, ["reseal", "--json"]);
  assert.deepEqual(JSON.parse(json.out), { resealed: 1, unreadable: [] });
  assert.equal((await accounts({}, ["list"])).code, 0);
});

Deno.test("accounts reseal --new-key-file says which variable Pollux needs from now on, and it does", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  const newKeyFile = join(folder.path, "new.key");
  await accounts(KEY, ADD);
  const { code, out } = await accounts({}, ["reseal", "--new-key-file", newKeyFile]);
  assert.equal(code, 0);
  assert.deepEqual(out.split("\n"), [
    "Sealed 1 account under a new key",
    "Backups made before this open only with the former key",
    `From now on Pollux needs the variable POLLUX_MASTER_KEY_FILE="${newKeyFile}"`,
  ]);
  const without = await accounts({}, ["list"]);
  assert.equal(without.code, 1);
  assert.match(without.err, /is missing.* name its file in POLLUX_MASTER_KEY_FILE/);
  const env = { POLLUX_MASTER_KEY_FILE: newKeyFile };
  assert.match((await accounts({ env }, ["list"])).out, /^home /m);
  const again = await accounts({ env }, ["reseal"]);
  assert.equal(again.code, 1);
  assert.match(again.err, /name the place of the new key with --new-key-file/);
});

Deno.test("accounts commands name the backup that a folder's upgrade leaves, and the key that opens it", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  copySchema1Folder(dataDir);
  const { code, err } = await on(dataDir)({}, ["list"]);
  assert.deepEqual([code, err.split("\n")[0]], [
    0,
    "Upgrading the data folder for this version of Pollux. A copy of the former database is in " +
    `"${join(dataDir, "pollux.db.schema1.backup")}"; only the present key opens it`,
  ]);
  assert.doesNotMatch((await on(dataDir)({}, ["list"])).err, /Bringing/);
});

Deno.test("accounts commands take the key that the service manager hands out", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const key = crypto.getRandomValues(new Uint8Array(32));
  Deno.writeFileSync(join(folder.path, "pollux-master-key"), key, { mode: 0o400 });
  const env = { CREDENTIALS_DIRECTORY: folder.path };
  assert.equal((await on(dataDir)({ ...KEY, env }, ADD)).code, 0);
  assert.throws(() => Deno.statSync(join(dataDir, "pollux.key")), Deno.errors.NotFound);
  assert.match((await on(dataDir)({ env }, ["list"])).out, /^home /m);
});

Deno.test("accounts reseal is refused while a gateway runs, and the gateway starts with the new key", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const accounts = on(dataDir);
  await accounts(KEY, ADD);
  {
    await using gateway = await startGateway({ dataDir });
    const refused = await accounts({}, ["reseal"]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^Error: Another Pollux is running on the data folder/);
    gateway.signal("SIGTERM");
    assert.equal((await gateway.ended).code, 0);
  }
  assert.equal((await accounts({}, ["reseal"])).code, 0);
  await using gateway = await startGateway({ dataDir });
  gateway.signal("SIGTERM");
  assert.match((await gateway.ended).stdout, /^It serves requests through 1 account$/m);
});

Deno.test("serve refuses to start with another key or none, and says what to do", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const keyFile = join(dataDir, "pollux.key");
  await on(dataDir)(KEY, ADD);
  const key = Deno.readFileSync(keyFile);
  const other = join(folder.path, "other.key");
  Deno.writeFileSync(other, crypto.getRandomValues(new Uint8Array(32)), { mode: 0o600 });
  const env = { POLLUX_MASTER_KEY_FILE: other };
  await assert.rejects(
    startGateway({ dataDir, env }),
    /ended with code 1: Error: The key file ".*other\.key" is the wrong one: .*put that key back/,
  );
  Deno.removeSync(keyFile);
  await assert.rejects(
    startGateway({ dataDir }),
    /ended with code 1: Error: The key file ".*pollux\.key" is missing.*put it back/,
  );
  Deno.writeFileSync(keyFile, key, { mode: 0o600 });
  await using gateway = await startGateway({ dataDir });
  gateway.signal("SIGTERM");
  assert.match((await gateway.ended).stdout, /^It serves requests through 1 account$/m);
});
