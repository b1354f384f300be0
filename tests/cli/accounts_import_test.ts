import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../src/accounts/account_book.ts";
import type { Account } from "../../src/accounts/account.ts";
import { openStore } from "../../src/store/open_store.ts";
import {
  ADC_FILE,
  ANTIGRAVITY_FILE,
  ANTIGRAVITY_INDEX,
  CLIPROXY_ANTIGRAVITY,
  CLIPROXY_GEMINI,
  GEMINI_CLI_FILE,
} from "../accounts/import/source_fixtures.ts";
import { tempFolder } from "../store/temp_folder.ts";
import { type FakeUser, type Outcome, runAs } from "./fake_terminal.ts";

const KEYS =
  "# of the lab\nAIzaSyPlanted0123456789a\n\nno key, planted\nAIzaSyPlanted0123456789b\n";
const CLIENT = { installed: { client_id: "own-client", client_secret: "planted-own-secret" } };

/** A home of a user, who may have put files there. */
function place(path: string) {
  const dataDir = join(path, "data");
  async function importAs(user: FakeUser, ...args: readonly string[]): Promise<Outcome> {
    const env = { HOME: path, ...user.env, POLLUX_DATA_DIR: dataDir };
    const outcome = await runAs({ ...user, env }, ["accounts", "import", ...args]);
    // Nothing of a secret, nor an address, wherever it went.
    assert.doesNotMatch(outcome.out + outcome.err, /planted|ada@|ada_example/i);
    return outcome;
  }
  async function put(name: string, content: unknown): Promise<string> {
    const file = join(path, name);
    await Deno.mkdir(join(file, ".."), { recursive: true });
    await Deno.writeTextFile(
      file,
      typeof content === "string" ? content : JSON.stringify(content),
    );
    return file;
  }
  async function accounts(): Promise<readonly Account[]> {
    using store = await openStore({ dataDir });
    return (await new AccountBook(store.accounts, Date).list()).accounts;
  }
  return { importAs, put, accounts };
}

/** The rows of `--json`, in short. */
function rowsOf({ out }: Outcome): unknown[] {
  return JSON.parse(out).map((row: Record<string, string>) => [
    row["from"],
    row["name"] ?? "",
    row["result"],
  ]);
}

Deno.test("accounts import takes keys from a file and from standard input; one bad line stops no other", async () => {
  using folder = tempFolder();
  const { importAs, put, accounts } = place(folder.path);
  const file = await put("keys.txt", KEYS);
  const first = await importAs({}, file);
  assert.equal(first.code, 1);
  assert.deepEqual(first.out.split("\n").map((line) => line.slice(0, 36)), [
    "FROM    ACCOUNT  KIND        RESULT",
    "line 2  key-1    gemini-api  added",
    "line 4                       failed:",
    "line 5  key-2    gemini-api  added",
    "2 added, 1 failed",
  ]);
  const again = await importAs({ input: KEYS }, "-", "--from", "keys", "--json");
  assert.deepEqual(rowsOf(again), [
    ["line 2", "key-1", "there already"],
    ["line 4", "", "failed"],
    ["line 5", "key-2", "there already"],
  ]);
  assert.deepEqual((await accounts()).map(({ name }) => name), ["key-1", "key-2"]);
});

Deno.test("accounts import --dry-run shows what the import then does, and changes nothing", async () => {
  using folder = tempFolder();
  const { importAs, put, accounts } = place(folder.path);
  await put(".cli-proxy-api/gemini-ada@example.com-my-project-1.json", CLIPROXY_GEMINI);
  await put(".cli-proxy-api/antigravity-ada_example_com.json", CLIPROXY_ANTIGRAVITY);
  await put(".cli-proxy-api/claude-ada@example.com.json", { type: "claude", email: "ada@x.org" });
  await put(".cli-proxy-api/broken.json", "{");
  await put(".cli-proxy-api/notes.txt", "planted");
  const args = ["--from", "cliproxyapi", "--json"];
  const dry = await importAs({}, ...args, "--dry-run");
  assert.equal(dry.err, "");
  assert.deepEqual(await accounts(), []);
  const table = await importAs({}, "--from", "cliproxyapi", "--dry-run");
  assert.match(table.out, /cliproxy-1 +code-assist +would be added/);
  const real = await importAs({}, ...args, "--yes");
  assert.match(real.err, /Google may refuse/);
  assert.deepEqual(rowsOf(dry), [
    ["antigravity-***.json (file 1)", "", "failed"],
    ["broken.json", "", "failed"],
    ["*** (file 3)", "", "failed"],
    ["gemini-***-my-project-1.json (file 4)", "cliproxy-1", "would be added"],
  ]);
  assert.equal(real.out, dry.out.replace("would be added", "added"));
  const [account, ...others] = await accounts();
  assert.deepEqual(others, []);
  assert.deepEqual([account?.name, account?.project], ["cliproxy-1", "my-project-1"]);
});

Deno.test("accounts import asks once for all accounts of Code Assist, and adds none without a yes", async () => {
  using folder = tempFolder();
  const { importAs, put, accounts } = place(folder.path);
  for (const name of ["a", "b"]) {
    const token = { ...CLIPROXY_GEMINI.token, refresh_token: `1//planted-${name}` };
    await put(`auths/${name}.json`, { ...CLIPROXY_GEMINI, token });
  }
  const path = join(folder.path, "auths");
  const nobody = await importAs({}, path);
  assert.equal(nobody.code, 2);
  assert.match(nobody.err, /repeat the command with --yes/);
  const no = await importAs({ answer: false }, path);
  assert.equal(no.code, 1);
  assert.deepEqual(await accounts(), []);
  const yes = await importAs({ answer: true }, path);
  assert.equal(yes.code, 0, yes.err);
  assert.equal(yes.questions.length, 1);
  assert.equal((await accounts()).length, 2);
  const again = await importAs({}, path);
  assert.equal(again.code, 0);
  assert.equal(again.err, "");
  assert.match(again.out, /2 there already$/);
});

Deno.test("accounts import finds application-default credentials where gcloud and its variables put them", async () => {
  using folder = tempFolder();
  const { importAs, put, accounts } = place(folder.path);
  const places = [
    [".config/gcloud/application_default_credentials.json", {}],
    ["elsewhere/application_default_credentials.json", {
      CLOUDSDK_CONFIG: join(folder.path, "elsewhere"),
    }],
    ["named.json", { GOOGLE_APPLICATION_CREDENTIALS: join(folder.path, "named.json") }],
  ] as const;
  for (const [name, env] of places) {
    await put(name, { ...ADC_FILE, refresh_token: `1//planted-${name}` });
    const { code, err } = await importAs({ env }, "--from", "adc", "--yes");
    assert.equal(code, 0, err);
  }
  const added = await accounts();
  assert.deepEqual(added.map(({ name }) => name), ["adc-1", "adc-2", "adc-3"]);
  assert.ok(added.every(({ quotaProject }) => quotaProject === "billed-1"));
});

Deno.test("accounts import takes sign-ins that name no client with the user's own client file only", async () => {
  using folder = tempFolder();
  const { importAs, put, accounts } = place(folder.path);
  await put(".gemini/oauth_creds.json", GEMINI_CLI_FILE);
  await put(".antigravity_tools/accounts/0b9f4a52.json", ANTIGRAVITY_FILE);
  await put(".antigravity_tools/accounts/1c9f4a52.json", {
    ...ANTIGRAVITY_FILE,
    disabled: true,
    token: { ...ANTIGRAVITY_FILE.token, refresh_token: "1//planted-off" },
  });
  await put(".antigravity_tools/accounts/accounts.json", ANTIGRAVITY_INDEX);
  const client = await put("client_secret.json", CLIENT);
  for (const from of ["gemini-cli", "antigravity"]) {
    const without = await importAs({}, "--from", from, "--yes");
    assert.equal(without.code, 1);
    assert.match(without.out, /which OAuth client.*--client-file/);
    const { code, err } = await importAs({}, "--from", from, "--client-file", client, "--yes");
    assert.equal(code, 0, err);
  }
  const added = await accounts();
  assert.deepEqual(
    added.map(({ name, enabled }) => [name, enabled]),
    [["antigravity-1", true], ["antigravity-2", false], ["gemini-cli-1", true]],
  );
  for (const { credential } of added) {
    assert.ok(credential.type === "authorized_user");
    assert.equal(credential.clientId, "own-client");
    assert.equal(credential.clientSecret.reveal(), "planted-own-secret");
  }
});

Deno.test("accounts import warns of tokens that would be refreshed unencrypted", async () => {
  using folder = tempFolder();
  const { importAs, put } = place(folder.path);
  const file = await put("adc.json", { ...ADC_FILE, token_uri: "http://example.com/token" });
  const { err } = await importAs({}, file, "--yes");
  assert.match(err, /Warning: the token_uri of "adc-1" is not encrypted/);
});

Deno.test("accounts import says what is wrong with its arguments, and adds nothing", async () => {
  using folder = tempFolder();
  const { importAs, put, accounts } = place(folder.path);
  const words = await put("words.txt", "a few words");
  const keys = await put("keys.txt", KEYS);
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [[], 2, /Say what to import.*adc, gemini-cli, cliproxyapi, antigravity, keys/],
    [["--from", "other"], 2, /--from knows adc, gemini-cli/],
    [["--from", "keys"], 2, /Say where the accounts are/],
    [["--from", "adc"], 1, /cannot be read: there is none/],
    [[join(folder.path, "none")], 1, /cannot be read: there is none/],
    [[words], 2, /not clear what this is/],
    [[keys, "--client-file", words], 1, /no OAuth client/],
  ];
  for (const [args, expected, message] of cases) {
    const { code, err } = await importAs({}, ...args);
    assert.match(err, message);
    assert.equal(code, expected);
  }
  assert.deepEqual(await accounts(), []);
  await Deno.mkdir(join(folder.path, "empty"));
  const empty = await importAs({}, join(folder.path, "empty"), "--from", "cliproxyapi");
  assert.deepEqual([empty.code, empty.out], [0, "There is no account in it"]);
});

Deno.test("accounts import names a file of a folder that cannot be read, and imports the others", async () => {
  using folder = tempFolder();
  const { importAs, put } = place(folder.path);
  await put("auths/a.json", CLIPROXY_GEMINI);
  await Deno.symlink(join(folder.path, "gone"), join(folder.path, "auths/ada@example.com.json"));
  const outcome = await importAs({}, join(folder.path, "auths"), "--yes", "--json");
  assert.equal(outcome.code, 1);
  assert.deepEqual(rowsOf(outcome), [["a.json", "cliproxy-1", "added"], ["***", "", "failed"]]);
});
