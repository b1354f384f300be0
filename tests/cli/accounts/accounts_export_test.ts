import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { openStore } from "../../../src/store/open_store.ts";
import { exists } from "../../../src/store/folder/private_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { planted } from "../../support/planted.ts";
import { closedUrl } from "../../support/test_upstream.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";

const PASSPHRASE = planted("passphrase");

/** Runs an accounts command on a data folder. */
function on(dataDir: string) {
  return (user: FakeUser, args: readonly string[]) =>
    runAs(user, ["accounts", ...args, "--data-dir", dataDir]);
}

/** A folder with an old machine, a new one, and the way of a file between them. */
function machines(path: string) {
  const passphraseFile = handIn(path, { name: "passphrase", text: `${PASSPHRASE}\n` });
  return {
    oldDir: join(path, "old"),
    newDir: join(path, "new"),
    file: join(path, "accounts.json"),
    withPassphrase: ["--passphrase-file", passphraseFile],
  };
}

async function addTwo(dataDir: string): Promise<void> {
  const user = {
    type: "authorized_user",
    client_id: "client",
    client_secret: planted("client-secret"),
    refresh_token: planted("refresh-token"),
    // Nobody answers there.
    token_uri: `${closedUrl()}/token`,
  };
  const name = "application_default_credentials.json";
  const credentials = handIn(dirname(dataDir), { name, text: JSON.stringify(user) });
  const accounts = on(dataDir);
  const key = { input: `${planted("key")}\n` };
  assert.equal((await accounts(key, ["add", "gemini-api", "home", "--key-stdin"])).code, 0);
  const words = ["add", "code-assist", "work", "--credentials", credentials, "--yes"];
  assert.equal((await accounts({}, words)).code, 0);
  assert.equal((await accounts({}, ["disable", "home"])).code, 0);
}

async function rowsOf(dataDir: string) {
  using store = await openStore({ dataDir });
  return await store.accounts.list();
}

Deno.test("accounts import restores on another machine what accounts export wrote", async () => {
  using folder = tempFolder();
  const { oldDir, newDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  const written = await on(oldDir)({}, ["export", file, ...withPassphrase]);
  assert.equal(written.code, 0, written.err);
  assert.equal(
    written.out,
    `Wrote 2 accounts to "${file}"; only the passphrase opens it: pollux accounts import "${file}"`,
  );
  const text = Deno.readTextFileSync(file);
  for (const word of ["planted", "home", "work"]) assert.ok(!text.includes(word), word);
  if (Deno.build.os !== "windows") {
    assert.equal((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  }
  assert.throws(() => Deno.statSync(`${file}.part`), Deno.errors.NotFound);

  const read = await on(newDir)({}, ["import", file, ...withPassphrase]);
  assert.equal(read.code, 0, read.err);
  assert.deepEqual(read.out.split("\n").sort(), [
    "ACCOUNT  RESULT",
    "home     added",
    "work     added",
  ]);
  assert.deepEqual(await rowsOf(newDir), await rowsOf(oldDir));
  assert.match((await on(newDir)({}, ["list"])).out, /^home .* no$/m);
  assert.doesNotMatch(written.out + written.err + read.out + read.err, /planted/);
});

Deno.test("accounts export and import ask for the passphrase at a terminal, the first twice", async () => {
  using folder = tempFolder();
  const { oldDir, newDir, file } = machines(folder.path);
  await addTwo(oldDir);
  const slip = await on(oldDir)({ secrets: [PASSPHRASE, `${PASSPHRASE}x`] }, ["export", file]);
  assert.equal(slip.code, 1);
  assert.match(slip.err, /^Error: The two passphrases differ; nothing was written/);
  assert.throws(() => Deno.statSync(file), Deno.errors.NotFound);
  const empty = await on(oldDir)({ secrets: [""] }, ["export", file]);
  assert.match(empty.err, /^Error: The passphrase is empty/);
  const right = await on(oldDir)({ secrets: [PASSPHRASE, PASSPHRASE] }, ["export", file]);
  assert.equal(right.code, 0, right.err);
  assert.deepEqual(right.questions, ["Passphrase:", "Repeat the passphrase:"]);
  const read = await on(newDir)({ secrets: [PASSPHRASE] }, ["import", file]);
  assert.equal(read.code, 0, read.err);
  assert.deepEqual(read.questions, ["Passphrase:"]);
  assert.deepEqual(await rowsOf(newDir), await rowsOf(oldDir));
});

Deno.test("accounts export and import take no passphrase as an argument, and say so where nobody is", async () => {
  using folder = tempFolder();
  const { oldDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  const nobody = await on(oldDir)({}, ["export", file]);
  assert.equal(nobody.code, 2);
  assert.match(nobody.err, /^Error: Not a terminal, .* --passphrase-file/);
  await on(oldDir)({}, ["export", file, ...withPassphrase]);
  assert.equal((await on(oldDir)({}, ["import", file])).code, 2);
  assert.equal((await on(oldDir)({}, ["export", file, "--passphrase", "planted"])).code, 2);
});

Deno.test("accounts import of a wrong passphrase, a damaged file or another one changes nothing", async () => {
  using folder = tempFolder();
  const { oldDir, newDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  await addTwo(newDir);
  await on(oldDir)({}, ["export", file, ...withPassphrase]);
  const before = await rowsOf(newDir);
  const importing = on(newDir);

  const wrong = await importing({ secrets: ["sesame"] }, ["import", file, "--replace"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /^Error: The file does not open: the passphrase is wrong/);

  const damaged = join(folder.path, "damaged.json");
  const text = Deno.readTextFileSync(file);
  Deno.writeTextFileSync(damaged, text.slice(0, text.length / 2));
  const cut = await importing({}, ["import", damaged, "--replace", ...withPassphrase]);
  assert.equal(cut.code, 1);
  assert.match(
    cut.err,
    /^Error: The file is damaged; take another copy of it$/,
  );

  const other = join(folder.path, "keys.txt");
  Deno.writeTextFileSync(other, "AIzaSy0123456789\n");
  const none = await importing({}, ["import", other, "--replace"]);
  assert.equal(none.code, 2);
  assert.match(none.err, /^Error: --replace and --passphrase-file are for .* this is not one$/);

  const missing = await importing({}, ["import", `${file}.not`, ...withPassphrase]);
  assert.match(missing.err, /cannot be read: it does not exist/);
  assert.deepEqual(await rowsOf(newDir), before);
});

Deno.test("accounts import refuses for an exported file what only other sources need", async () => {
  using folder = tempFolder();
  const { oldDir, newDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  await on(oldDir)({}, ["export", file, ...withPassphrase]);
  const flags = {
    "--client-file": file,
    "--kind": "vertex",
    "--project": "p-1",
    "--location": "eu",
  };
  for (const flag of Object.entries(flags)) {
    const { code, err } = await on(newDir)({}, ["import", file, ...flag, ...withPassphrase]);
    assert.deepEqual([code, err], [
      2,
      "Error: --client-file, --kind, --project and --location are for accounts made of sign-ins " +
      "and service accounts; an exported file holds whole accounts",
    ]);
  }
  assert.equal(exists(newDir), false);
});

Deno.test("accounts import skips and names a taken name, and replaces it with --replace", async () => {
  using folder = tempFolder();
  const { oldDir, newDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  await on(oldDir)({}, ["export", file, ...withPassphrase]);
  const key = { input: "another-key\n" };
  await on(newDir)(key, ["add", "gemini-api", "home", "--key-stdin"]);

  const skipped = await on(newDir)({}, ["import", file, ...withPassphrase]);
  assert.equal(skipped.code, 0);
  assert.match(skipped.out, /^home +skipped: another account has its name;.*--replace$/m);
  assert.match(skipped.out, /^work +added$/m);

  const would = await on(newDir)({}, ["import", file, "--replace", "--dry-run", ...withPassphrase]);
  assert.match(would.out, /^home +would be replaced$/m);
  assert.match(would.out, /^work +already there$/m);

  const replaced = await on(newDir)({}, ["import", file, "--replace", "--json", ...withPassphrase]);
  const results: { name: string; result: string }[] = JSON.parse(replaced.out);
  assert.deepEqual(
    new Map(results.map(({ name, result }) => [name, result])),
    new Map([["home", "replaced"], ["work", "already there"]]),
  );
  const secrets = (await rowsOf(newDir)).map(({ name, secret }) => [name, secret]);
  assert.deepEqual(
    new Map(secrets.map(([name, secret]) => [name, secret])),
    new Map((await rowsOf(oldDir)).map(({ name, secret }) => [name, secret])),
  );
});

Deno.test("accounts export overwrites an earlier export, and no other file", async () => {
  using folder = tempFolder();
  const { oldDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  Deno.writeTextFileSync(file, "{}");
  const refused = await on(oldDir)({}, ["export", file, ...withPassphrase]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /is not an export of Pollux; choose another name/);
  assert.equal(Deno.readTextFileSync(file), "{}");
  Deno.removeSync(file);
  await on(oldDir)({}, ["export", file, ...withPassphrase]);
  const first = Deno.readTextFileSync(file);
  if (Deno.build.os !== "windows") Deno.chmodSync(file, 0o644);
  const { code, out } = await on(oldDir)({}, ["export", file, "--json", ...withPassphrase]);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), { file, exported: 2, leftOut: [] });
  assert.notEqual(Deno.readTextFileSync(file), first);
  if (Deno.build.os !== "windows") {
    assert.equal((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("accounts export of no account leaves an earlier export as it is", async () => {
  using folder = tempFolder();
  const { oldDir, newDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  await on(oldDir)({}, ["export", file, ...withPassphrase]);
  const first = Deno.readTextFileSync(file);
  const { code, err } = await on(newDir)({}, ["export", file, ...withPassphrase]);
  assert.equal(code, 1);
  assert.match(err, /^Error: There is no account to export, so nothing was written/);
  assert.equal(Deno.readTextFileSync(file), first);
});

Deno.test("accounts export leaves out and names an account whose secret is damaged", async () => {
  using folder = tempFolder();
  const { oldDir, newDir, file, withPassphrase } = machines(folder.path);
  await addTwo(oldDir);
  const rows = await rowsOf(oldDir);
  const work = rows.find(({ name }) => name === "work");
  assert.ok(work !== undefined);
  {
    using kv = await Deno.openKv(join(oldDir, "pollux.db"));
    const row = { name: "work", fields: {}, sealed: "damaged" };
    const bytes = new TextEncoder().encode(JSON.stringify(row));
    await kv.set(["v1", "account", work.id], bytes);
  }
  const { code, out, err } = await on(oldDir)({}, ["export", file, ...withPassphrase]);
  assert.equal(code, 0);
  assert.match(out, /^Wrote 1 account to/);
  assert.match(err, /^Warning: account "work" is skipped: its secret is damaged$/m);
  await on(newDir)({}, ["import", file, ...withPassphrase]);
  assert.deepEqual(await rowsOf(newDir), rows.filter(({ name }) => name === "home"));
});
