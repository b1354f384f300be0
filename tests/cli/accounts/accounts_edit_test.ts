import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import type { Account } from "../../../src/accounts/account.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { closedUrl } from "../../support/test_upstream.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";

/** Nobody answers at its token endpoint. */
const CREDENTIALS = JSON.stringify({
  type: "authorized_user",
  client_id: "client",
  client_secret: "planted-secret",
  refresh_token: "planted-token",
  token_uri: `${closedUrl()}/token`,
});

/** A data folder with `keyed`, of the Gemini API, and `signed-in`, of Code Assist. */
async function place(path: string) {
  const dataDir = join(path, "data");
  function accounts(user: FakeUser, ...args: readonly string[]) {
    return runAs(user, ["accounts", ...args, "--data-dir", dataDir]);
  }
  async function edit(...args: readonly string[]): Promise<Record<string, unknown>> {
    const { code, out, err } = await accounts({}, "edit", ...args, "--json");
    assert.equal(code, 0, err);
    return JSON.parse(out);
  }
  async function get(name: string): Promise<Account> {
    using store = await openStore({ dataDir });
    return await new AccountBook(store.accounts, Date).get(name);
  }
  const file = handIn(path, { name: "credentials.json", text: CREDENTIALS });
  await accounts({ input: "planted-key" }, "add", "gemini-api", "keyed", "--key-stdin");
  await accounts({}, "add", "code-assist", "signed-in", "--credentials", file, "--yes");
  return { accounts, edit, get, dataDir };
}

Deno.test("edit replaces an API key, ends the account's cool-downs, and keeps everything else", async () => {
  using folder = tempFolder();
  const { accounts, get } = await place(folder.path);
  await accounts({}, "edit", "keyed", "--priority", "2");
  const before = await get("keyed");
  const file = handIn(folder.path, { name: "other-key", text: "planted-other-key\n" });
  const sources: readonly (readonly [FakeUser, readonly string[], string])[] = [
    [{ input: "planted-new-key\n" }, ["--key-stdin"], "planted-new-key"],
    [{}, ["--key-file", file], "planted-other-key"],
    [{ env: { KEY: "planted-third" } }, ["--key-env", "KEY", "--no-proxy"], "planted-third"],
  ];
  for (const [user, flags, key] of sources) {
    const { code, out, err } = await accounts(user, "edit", "keyed", ...flags);
    assert.equal(code, 0, err);
    assert.doesNotMatch(out + err, /planted/);
    const { credential, restsEnded: _, ...rest } = await get("keyed");
    assert.ok(credential.type === "api_key");
    assert.equal(credential.key.reveal(), key);
    const { credential: _before, restsEnded: _ended, ...restBefore } = before;
    assert.deepEqual(rest, restBefore);
  }
  assert.equal((await get("keyed")).restsEnded, 3);
});

Deno.test("edit refuses a key for an account without one, and two secrets from one input", async () => {
  using folder = tempFolder();
  const { accounts, get } = await place(folder.path);
  const env = { KEY: "planted-key" };
  const wrong = await accounts({ env }, "edit", "signed-in", "--key-env", "KEY");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /"signed-in" has no API key\. "pollux login" renews a sign-in/);
  assert.equal((await get("signed-in")).credential.type, "authorized_user");
  const both = await accounts({ input: "x" }, "edit", "keyed", "--key-stdin", "--proxy-stdin");
  assert.equal(both.code, 2);
  assert.match(both.err, /Standard input can hold one secret/);
});

/** Flags that set a value, what it is then, and the flag that takes it away. */
const VALUES: readonly (readonly [
  flags: readonly string[],
  values: Readonly<Record<string, unknown>>,
  opposite: string,
])[] = [
  [["--priority", "-2"], { priority: -2 }, "--no-priority"],
  [["--weight", "3"], { weight: 3 }, "--no-weight"],
  [["--max-concurrent", "4"], { maxConcurrent: 4 }, "--no-max-concurrent"],
  [
    ["--allow", "models/gemini-*-flash", "--allow", "gemma-*"],
    { models: { allow: ["gemini-*-flash", "gemma-*"], deny: [] } },
    "--no-allow",
  ],
  [["--deny", "*-preview"], { models: { allow: [], deny: ["*-preview"] } }, "--no-deny"],
  [
    ["--proxy", "socks5://127.0.0.1:1080"],
    { proxy: "socks5://127.0.0.1:1080" },
    "--no-proxy",
  ],
  [["--quota-project", "billed-1"], { quotaProject: "billed-1" }, "--no-quota-project"],
  [["--project-group", "mine"], { projectGroup: "mine" }, "--no-project-group"],
  [["--project", "my-project-1"], { project: "my-project-1" }, "--no-project"],
  [["--label", "eu", "--label", "team=a"], { labels: ["eu", "team=a"] }, "--no-label"],
  [
    ["--base-url", "https://a.example/", "--base-url", "https://b.example"],
    { baseUrls: ["https://a.example", "https://b.example"] },
    "--no-base-url",
  ],
];

Deno.test("accounts edit sets each value, changes nothing else, and takes each away again", async () => {
  using folder = tempFolder();
  const { edit, get } = await place(folder.path);
  const before = await get("signed-in");
  const view = await edit("signed-in", "--no-label");
  for (const [flags, values, opposite] of VALUES) {
    assert.deepEqual(await edit("signed-in", ...flags), { ...view, ...values });
    assert.deepEqual(await edit("signed-in", opposite), view, opposite);
  }
  assert.deepEqual(await get("signed-in"), before);
  const { credential } = await get("signed-in");
  assert.ok(credential.type === "authorized_user");
  assert.equal(credential.refreshToken.reveal(), "planted-token");
});

Deno.test("accounts edit changes several values at once, and says so in a sentence", async () => {
  using folder = tempFolder();
  const { accounts, edit, get } = await place(folder.path);
  const all = VALUES.flatMap(([flags]) => flags);
  const { code, out } = await accounts({}, "edit", "signed-in", ...all);
  assert.equal(code, 0);
  assert.equal(out, 'Account "signed-in" is changed');
  const account = await get("signed-in");
  assert.deepEqual(account.models, { allow: ["gemini-*-flash", "gemma-*"], deny: ["*-preview"] });
  assert.equal(account.proxy?.reveal(), "socks5://127.0.0.1:1080");
  assert.deepEqual((await edit("signed-in", "--no-allow"))["models"], {
    allow: [],
    deny: ["*-preview"],
  });
});

Deno.test("accounts edit renames, keeps the id and frees the old name, but takes no other's name", async () => {
  using folder = tempFolder();
  const { accounts, edit, get } = await place(folder.path);
  const { id } = await get("keyed");
  const taken = await accounts({}, "edit", "keyed", "--name", "signed-in", "--weight", "2");
  assert.equal(taken.code, 1);
  assert.match(taken.err, /An account "signed-in" already/);
  assert.equal((await get("keyed")).weight, undefined);
  const wrong = await accounts({}, "edit", "keyed", "--name", "planted-ada@example.com");
  assert.match(wrong.err, /must not be an e-mail address/);
  assert.equal((await edit("keyed", "--name", "home", "--weight", "2"))["name"], "home");
  assert.deepEqual([(await get("home")).id, (await get("home")).weight], [id, 2]);
  assert.equal((await accounts({}, "show", "keyed")).code, 1);
  assert.equal((await edit("signed-in", "--name", "keyed"))["name"], "keyed");
  assert.equal((await edit("home", "--name", "home"))["name"], "home");
});

Deno.test("accounts edit takes a proxy with a password only from where secrets come from, and shows none", async () => {
  using folder = tempFolder();
  const { accounts, get, dataDir } = await place(folder.path);
  const url = "http://ada:planted-password@proxy.example:3128";
  const file = handIn(folder.path, { name: "proxy", text: `${url}\n` });
  const argument = await accounts({}, "edit", "keyed", "--proxy", url);
  assert.equal(argument.code, 2);
  assert.match(argument.err, /secrets must not be arguments/);
  assert.doesNotMatch(argument.err, /planted|ada/);
  const ways: readonly (readonly [FakeUser, readonly string[]])[] = [
    [{ env: { PROXY: url } }, ["--proxy-env", "PROXY"]],
    [{}, ["--proxy-file", file]],
    [{ input: `${url}\n` }, ["--proxy-stdin"]],
  ];
  for (const [user, flags] of ways) {
    await accounts({}, "edit", "keyed", "--no-proxy");
    const { code, out, err } = await accounts(user, "edit", "keyed", ...flags, "--json");
    assert.equal(code, 0, err);
    assert.equal(JSON.parse(out).proxy, "http://***@proxy.example:3128");
    assert.equal((await get("keyed")).proxy?.reveal(), url);
  }
  for (
    const args of [["list"], ["list", "--json"], ["show", "keyed"], ["show", "keyed", "--json"]]
  ) {
    const { out } = await accounts({}, ...args);
    assert.match(out, /http:\/\/\*\*\*@proxy\.example:3128/);
    assert.doesNotMatch(out, /planted|ada/);
  }
  for await (const entry of Deno.readDir(dataDir)) {
    const bytes = await Deno.readFile(join(dataDir, entry.name));
    assert.doesNotMatch(new TextDecoder("latin1").decode(bytes), /planted-password/, entry.name);
  }
});

Deno.test("accounts edit refuses what cannot be, and changes nothing then", async () => {
  using folder = tempFolder();
  const { accounts, get } = await place(folder.path);
  const before = [await get("keyed"), await get("signed-in")];
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["keyed"], 2, /Name what to change/],
    [["keyed", "--weight", "0"], 2, /whole number of 1 or more/],
    [["keyed", "--max-concurrent", "1.5"], 2, /whole number of 1 or more/],
    [["keyed", "--priority", "high"], 2, /whole number/],
    [["keyed", "--allow", "a b"], 2, /model pattern/],
    [["keyed", "--label", "planted-ada@example.com"], 2, /label must consist of/],
    [["keyed", "--proxy", "ftp://x"], 1, /The proxy must be a URL/],
    [["keyed", "--proxy", "http://x:1", "--proxy-env", "X"], 2, /Give one proxy/],
    [["keyed", "--no-proxy", "--proxy-stdin"], 2, /Give one proxy/],
    [["keyed", "--proxy-env", "X", "--proxy-stdin"], 2, /one of --proxy-env/],
    [["keyed", "--proxy-env", "X"], 1, /variable that --proxy-env names is not set/],
    [["keyed", "--quota-project", "A B"], 2, /neither the id nor the number/],
    [["keyed", "--project-group", "planted-ada@example.com"], 2, /project group must consist of/],
    [["keyed", "--project", "my-project-1"], 2, /An API key belongs to a project/],
    [["signed-in", "--project", "12345"], 2, /is a project number/],
    [["keyed", "--base-url", "ftp://x"], 1, /https:\/\/ or http:\/\//],
    [["other", "--weight", "2"], 1, /There is no account "other"/],
  ];
  for (const [args, expected, words] of cases) {
    const { code, err } = await accounts({}, "edit", ...args);
    assert.match(err, words);
    assert.equal(code, expected, err);
    assert.doesNotMatch(err, /planted/);
  }
  assert.deepEqual([await get("keyed"), await get("signed-in")], before);
});

Deno.test("Edits at the same time are all kept", async () => {
  using folder = tempFolder();
  const { edit, accounts, get } = await place(folder.path);
  await Promise.all(
    VALUES.filter(([flags]) => !flags.includes("--project")).map(([flags]) =>
      edit("keyed", ...flags)
    ),
  );
  const { models, proxy, createdAt: _date, credential: _credential, id: _id, ...rest } = await get(
    "keyed",
  );
  assert.deepEqual(rest, {
    name: "keyed",
    kind: "gemini-api",
    enabled: true,
    baseUrls: ["https://a.example", "https://b.example"],
    priority: -2,
    weight: 3,
    maxConcurrent: 4,
    labels: ["eu", "team=a"],
    quotaProject: "billed-1",
    projectGroup: "mine",
  });
  assert.deepEqual(models, { allow: ["gemini-*-flash", "gemma-*"], deny: ["*-preview"] });
  assert.equal(proxy?.reveal(), "socks5://127.0.0.1:1080");
  assert.match((await accounts({}, "show", "keyed")).out, /^deny: \*-preview$/m);
});
