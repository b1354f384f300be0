import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import type { Account } from "../../../src/accounts/account.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { startEmulator, type UserOptions } from "../../../src/emulator/emulator.ts";
import { granted, startTokenEndpoint } from "../../support/token_endpoint.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { closedUrl } from "../../support/test_upstream.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";

/** Nobody answers at its token endpoint. */
const CREDENTIALS = JSON.stringify({
  type: "authorized_user",
  token_uri: `${closedUrl()}/token`,
  client_id: "client",
  client_secret: "planted-secret",
  refresh_token: "planted-token",
});

async function accountsIn(dataDir: string): Promise<readonly Account[]> {
  using store = await openStore({ dataDir });
  return (await new AccountBook(store.accounts, Date).list()).accounts;
}

/** A place for data, a credentials file in it, and a user who keeps it in POLLUX_DATA_DIR. */
function place(path: string) {
  const dataDir = join(path, "data");
  const credentials = handIn(path, { name: "credentials.json", text: CREDENTIALS });
  return {
    dataDir,
    credentials,
    add(user: FakeUser, args: readonly string[]) {
      const env = { ...user.env, POLLUX_DATA_DIR: dataDir };
      return runAs({ ...user, env }, ["accounts", "add", ...args]);
    },
  };
}

Deno.test("accounts add names the data folder in what to try, if it was named", async () => {
  using folder = tempFolder();
  const { add, dataDir } = place(folder.path);
  const other = join(folder.path, "other");
  const user = { env: { MY_KEY: "planted-key" } };
  const words = ["gemini-api", "a", "--key-env", "MY_KEY"];
  const { out } = await add(user, [...words, "--data-dir", other]);
  assert.ok(out.endsWith(`; try it: pollux accounts test a --data-dir "${other}"`), out);
  assert.ok((await add(user, words)).out.endsWith("; try it: pollux accounts test a"));
  assert.deepEqual((await accountsIn(dataDir)).map(({ name }) => name), ["a"]);
});

Deno.test("accounts add gemini-api takes the key from a variable, a file or standard input", async () => {
  using folder = tempFolder();
  const { add, dataDir } = place(folder.path);
  const keyFile = handIn(folder.path, { name: "key", text: "planted-key-b\r\n" });
  const ways: readonly [string, readonly string[]][] = [
    ["a", ["--key-env", "MY_KEY"]],
    ["b", ["--key-file", keyFile]],
    ["c", ["--key-stdin"]],
  ];
  for (const [name, flags] of ways) {
    const user = { env: { MY_KEY: "planted-key-a" }, input: "planted-key-c\n" };
    const { code, out, err } = await add(user, ["gemini-api", name, ...flags]);
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`^Added "${name}" \\(gemini-api\\)`));
    assert.doesNotMatch(out + err, /planted/);
  }
  const keys = (await accountsIn(dataDir)).map(({ credential }) =>
    credential.type === "api_key" && credential.key.reveal()
  );
  assert.deepEqual(keys, ["planted-key-a", "planted-key-b", "planted-key-c"]);
});

Deno.test("accounts add gemini-api refuses no key, two keys, and what is no key; adds nothing", async () => {
  using folder = tempFolder();
  const { add, dataDir } = place(folder.path);
  const cases: readonly [FakeUser, readonly string[], number, RegExp][] = [
    [{}, [], 2, /one of --key-env, --key-file and --key-stdin/],
    [{ input: "k" }, ["--key-stdin", "--key-env", "X"], 2, /one of --key-env/],
    [{}, ["--key-env", "X"], 1, /variable that --key-env names is not set/],
    [{ env: { X: "" } }, ["--key-env", "X"], 1, /The key in the variable "X" is empty/],
    [{ input: "\n" }, ["--key-stdin"], 1, /The key in standard input is empty/],
    [{ input: "planted key" }, ["--key-stdin"], 1, /spaces/],
    [{ input: "planted\nkey\n" }, ["--key-stdin"], 1, /line breaks/],
    [{}, ["--key-file", join(folder.path, "none")], 1, /The key file ".*" cannot be read/],
    [{}, ["--key-file", folder.path], 1, /The key file ".*" cannot be read/],
  ];
  for (const [user, flags, expected, words] of cases) {
    const { code, err, out } = await add(user, ["gemini-api", "work", ...flags]);
    assert.match(err, words);
    assert.equal(code, expected, err);
    assert.doesNotMatch(err + out, /planted/);
  }
  assert.deepEqual(await accountsIn(dataDir), []);
});

Deno.test("accounts add refuses a taken or wrong name and a wrong base URL; changes nothing", async () => {
  using folder = tempFolder();
  const { add, dataDir, credentials } = place(folder.path);
  const user = { input: "planted-key" };
  assert.equal((await add(user, ["gemini-api", "work", "--key-stdin"])).code, 0);
  const before = await accountsIn(dataDir);
  const cases: readonly [readonly string[], RegExp][] = [
    [["gemini-api", "work", "--key-stdin"], /An account "work" already/],
    [["code-assist", "work", "--credentials", credentials, "--yes"], /"work" already/],
    [["gemini-api", "ada@example.com", "--key-stdin"], /must not be an e-mail address/],
    [["gemini-api", "AIzaSyPlanted-name_0123456789", "--key-stdin"], /must not be a key/],
    [["gemini-api", "a b", "--key-stdin"], /letters, digits/],
    [["gemini-api", "b", "--key-stdin", "--base-url", "ftp://x"], /https:\/\/ or http:\/\//],
    [["gemini-api", "b", "--key-stdin", "--base-url", "https://u:p@x"], /user name or password/],
  ];
  for (const [args, words] of cases) {
    const { code, err } = await add(user, args);
    assert.equal(code, 1);
    assert.match(err, words);
    assert.doesNotMatch(err, /ada@|AIza/);
  }
  assert.deepEqual(await accountsIn(dataDir), before);
});

Deno.test("accounts add warns of a base URL and a token_uri that are not encrypted", async () => {
  using folder = tempFolder();
  const { add, credentials, dataDir } = place(folder.path);
  const key = ["--key-stdin", "--base-url"];
  const user = { input: "planted-key" };
  const remote = await add(user, ["gemini-api", "a", ...key, "http://example.com/"]);
  assert.match(remote.err, /Warning: "http:\/\/example\.com" is not encrypted/);
  const local = await add(user, ["gemini-api", "b", ...key, "http://127.0.0.1:1/x/"]);
  assert.equal(local.err, "");
  // This machine, by an address that counts as another's.
  const token_uri = "http://0.0.0.0:1/token";
  Deno.writeTextFileSync(credentials, JSON.stringify({ ...JSON.parse(CREDENTIALS), token_uri }));
  const user3 = await add({}, ["code-assist", "c", "--credentials", credentials, "--yes"]);
  assert.match(user3.err, /Warning: .*token_uri is not encrypted/);
  assert.deepEqual(
    (await accountsIn(dataDir)).map(({ baseUrls }) => baseUrls),
    [["http://example.com"], ["http://127.0.0.1:1/x"], ["https://cloudcode-pa.googleapis.com"]],
  );
});

Deno.test("accounts add code-assist tells Google's position and asks once", async () => {
  using folder = tempFolder();
  const { add, dataDir, credentials } = place(folder.path);
  const args = ["code-assist", "work", "--credentials", credentials];

  const nobody = await add({}, args);
  assert.equal(nobody.code, 2);
  assert.match(nobody.err, /Google may refuse[\s\S]*use --yes/);

  const no = await add({ response: false }, args);
  assert.equal(no.code, 1);
  assert.match(no.err, /Nothing was added/);
  assert.deepEqual(await accountsIn(dataDir), []);

  const yes = await add({ response: true }, args);
  assert.equal(yes.code, 0, yes.err);
  assert.match(yes.err, /Google's terms[\s\S]*may suspend[\s\S]*June 2026/);
  assert.equal(yes.questions.length, 1);
  assert.equal((await accountsIn(dataDir)).length, 1);

  const script = await add({}, ["code-assist", "two", "--credentials", credentials, "--yes"]);
  assert.equal(script.code, 0);
  assert.match(script.err, /Google's terms/);
  assert.deepEqual(script.questions, []);
});

Deno.test("accounts add code-assist keeps project, base URLs in order, and credentials", async () => {
  using folder = tempFolder();
  const { add, dataDir, credentials } = place(folder.path);
  const { code, out } = await add({}, [
    ...["code-assist", "work", "--credentials", credentials, "--project", "my-project-1"],
    ...["--base-url", "https://a.example/", "--base-url", "https://b.example", "--yes", "--json"],
  ]);
  assert.equal(code, 0);
  const view = JSON.parse(out);
  assert.deepEqual(view.baseUrls, ["https://a.example", "https://b.example"]);
  assert.equal(view.project, "my-project-1");
  assert.equal(view.credential, "authorized_user");
  assert.doesNotMatch(out, /planted/);
  const [account] = await accountsIn(dataDir);
  assert.equal(
    account?.credential.type === "authorized_user" && account.credential.refreshToken.reveal(),
    "planted-token",
  );
});

Deno.test("accounts add keeps the project group of every kind, and refuses one that is an address", async () => {
  using folder = tempFolder();
  const { add, dataDir, credentials } = place(folder.path);
  const cloud = ["--credentials", credentials, "--project", "my-project-1"];
  const kinds = [
    ["gemini-api", "a", "--key-env", "MY_KEY"],
    ["vertex", "b", ...cloud, "--location", "us-central1"],
    ["code-assist", "c", ...cloud, "--yes"],
  ];
  for (const args of kinds) {
    const user = { env: { MY_KEY: "planted-key-a" } };
    const wrong = await add(user, [...args, "--project-group", "planted-ada@example.com"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /A project group must consist of/);
    const { code, err } = await add(user, [...args, "--project-group", "mine"]);
    assert.equal(code, 0, err);
  }
  const groups = (await accountsIn(dataDir)).map(({ projectGroup }) => projectGroup);
  assert.deepEqual(groups, ["mine", "mine", "mine"]);
});

Deno.test("accounts add code-assist refuses a project's number and a file of another kind", async () => {
  using folder = tempFolder();
  const { add, credentials } = place(folder.path);
  const args = ["code-assist", "work", "--credentials", credentials, "--yes"];
  const number = await add({}, [...args, "--project", "123456"]);
  assert.equal(number.code, 2);
  assert.match(number.err, /is a project number/);
  Deno.writeTextFileSync(credentials, JSON.stringify({ type: "service_account" }));
  const other = await add({}, args);
  assert.equal(other.code, 1);
  assert.match(other.err, /a service account's key/);
});

/** A place with a credentials file of the emulator's user, and its own `accounts add code-assist`. */
async function emulatedPlace(path: string, user: UserOptions) {
  const emulator = await startEmulator();
  const { add, credentials, dataDir } = place(path);
  Deno.writeTextFileSync(credentials, JSON.stringify(emulator.addUser("ada", user)));
  const args = ["code-assist", "work", "--credentials", credentials, "--yes"];
  return {
    emulator,
    dataDir,
    add: (flags: readonly string[] = []) =>
      add({}, [...args, "--base-url", emulator.url, ...flags]),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

Deno.test("accounts add code-assist onboards a new user, with words of progress, and keeps the project", async () => {
  using folder = tempFolder();
  await using at = await emulatedPlace(folder.path, { tier: "free-tier", onboarded: 1 });
  const { code, err } = await at.add();
  assert.equal(code, 0, err);
  assert.match(err, /Asking Google for the account's project/);
  assert.match(err, /Google is setting up the account \(free-tier\); this can take a minute/);
  assert.match(err, /The project is "emulated-project-1"/);
  assert.equal((await accountsIn(at.dataDir))[0]?.project, "emulated-project-1");
});

Deno.test("accounts add code-assist tells when Google puts a project in place of the user's", async () => {
  using folder = tempFolder();
  await using at = await emulatedPlace(folder.path, { project: "managed" });
  const { err } = await at.add(["--project", "mine"]);
  assert.match(err, /The project is "managed"; Google uses it instead of "mine"/);
  assert.equal((await accountsIn(at.dataDir))[0]?.project, "managed");
});

Deno.test("accounts add code-assist keeps an account that is not eligible, disabled, with Google's words", async () => {
  using folder = tempFolder();
  await using at = await emulatedPlace(folder.path, { ineligible: true });
  const { code, out } = await at.add(["--json"]);
  assert.equal(code, 0);
  const { enabled, disabledReason } = JSON.parse(out);
  assert.equal(enabled, false);
  assert.match(
    disabledReason,
    /^This client is no longer supported .*https:\/\/antigravity\.google$/,
  );
});

Deno.test("accounts add code-assist adds an account that Google cannot be asked about at present", async () => {
  using folder = tempFolder();
  await using at = await emulatedPlace(folder.path, { onboarded: false });
  at.emulator.script("ada", ["503"], { method: "onboardUser" });
  const { code, err } = await at.add();
  assert.equal(code, 0);
  assert.match(err, /Warning: cannot get the project from Google: The model is overloaded/);
  assert.match(err, /The gateway asks again when the account is first used/);
  const [account] = await accountsIn(at.dataDir);
  assert.equal(account?.enabled, true);
  assert.equal(account?.project, undefined);
});

Deno.test("accounts add code-assist takes the user's project where Google cannot be asked", async () => {
  using folder = tempFolder();
  await using at = await emulatedPlace(folder.path, { onboarded: false });
  at.emulator.script("ada", ["503"], { method: "loadCodeAssist" });
  const { err } = await at.add(["--project", "mine"]);
  assert.match(err, /The account uses your project "mine"/);
  assert.equal((await accountsIn(at.dataDir))[0]?.project, "mine");
});

Deno.test("accounts add code-assist keeps the refresh token that Google gives meanwhile", async () => {
  using folder = tempFolder();
  const { add, credentials, dataDir } = place(folder.path);
  await using endpoint = startTokenEndpoint(() =>
    granted("token", { refresh_token: "planted-newer-token" })
  );
  const token_uri = endpoint.user.tokenUri;
  Deno.writeTextFileSync(credentials, JSON.stringify({ ...JSON.parse(CREDENTIALS), token_uri }));
  const args = ["code-assist", "work", "--credentials", credentials, "--yes"];
  const { code } = await add({}, [...args, "--base-url", closedUrl()]);
  assert.equal(code, 0);
  const [account] = await accountsIn(dataDir);
  assert.equal(
    account?.credential.type === "authorized_user" && account.credential.refreshToken.reveal(),
    "planted-newer-token",
  );
});
