import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import type { Account } from "../../../src/accounts/account.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import {
  ADC_FILE,
  ANTIGRAVITY_FILE,
  ANTIGRAVITY_INDEX,
  CLIPROXY_ANTIGRAVITY,
  CLIPROXY_GEMINI,
  CLIPROXY_VERTEX,
  GEMINI_CLI_FILE,
} from "../../accounts/import/source_fixtures.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { HANDED_IN } from "../../support/planted.ts";
import { type FakeUser, type Outcome, runAs } from "../../support/fake_terminal.ts";
import { modelsOf } from "../../../src/emulator/models/catalogue.ts";

const KEYS =
  "# of the lab\nAIzaSy-planted-0123456789a\n\nno key, planted\nAIzaSy-planted-0123456789b\n";
const CLIENT = { installed: { client_id: "own-client", client_secret: "planted-own-secret" } };

/** A home of a user: what lies in it is handed in. */
function place(path: string) {
  const dataDir = join(path, "data");
  const home = join(path, HANDED_IN);
  async function importAs(user: FakeUser, ...args: readonly string[]): Promise<Outcome> {
    const env = { HOME: home, ...user.env, POLLUX_DATA_DIR: dataDir };
    const outcome = await runAs({ ...user, env }, ["accounts", "import", ...args]);
    // Nothing of a secret, nor an address, wherever it went.
    assert.doesNotMatch(outcome.out + outcome.err, /planted|ada@|ada_example/i);
    return outcome;
  }
  function put(name: string, content: unknown): string {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    return handIn(path, { name, text });
  }
  async function accounts(): Promise<readonly Account[]> {
    using store = await openStore({ dataDir });
    return (await new AccountBook(store.accounts, Date).list()).accounts;
  }
  return { dataDir, home, importAs, put, accounts };
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
  const file = put("keys.txt", KEYS);
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
    ["line 2", "key-1", "already there"],
    ["line 4", "", "failed"],
    ["line 5", "key-2", "already there"],
  ]);
  assert.deepEqual((await accounts()).map(({ name }) => name), ["key-1", "key-2"]);
});

Deno.test("accounts import --dry-run shows what the import then does, and changes nothing", async () => {
  using folder = tempFolder();
  const { importAs, put, accounts } = place(folder.path);
  put(".cli-proxy-api/gemini-planted-ada@example.com-my-project-1.json", CLIPROXY_GEMINI);
  put(".cli-proxy-api/antigravity-planted-ada_example_com.json", CLIPROXY_ANTIGRAVITY);
  put(".cli-proxy-api/claude-ada@example.com.json", { type: "claude", email: "ada@x.org" });
  put(".cli-proxy-api/broken.json", "{");
  put(".cli-proxy-api/notes.txt", "planted");
  const args = ["--from", "cliproxyapi", "--json"];
  const dry = await importAs({}, ...args, "--dry-run");
  assert.equal(dry.err, "");
  assert.deepEqual(await accounts(), []);
  const table = await importAs({}, "--from", "cliproxyapi", "--dry-run");
  assert.match(table.out, /cliproxy-1 +code-assist +my-project-1 +would be added/);
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
  const { home, importAs, put, accounts } = place(folder.path);
  for (const name of ["a", "b"]) {
    const token = { ...CLIPROXY_GEMINI.token, refresh_token: `1//planted-${name}` };
    put(`auths/${name}.json`, { ...CLIPROXY_GEMINI, token });
  }
  const path = join(home, "auths");
  const nobody = await importAs({}, path);
  assert.equal(nobody.code, 2);
  assert.match(nobody.err, /use --yes/);
  const no = await importAs({ response: false }, path);
  assert.equal(no.code, 1);
  assert.deepEqual(await accounts(), []);
  const yes = await importAs({ response: true }, path);
  assert.equal(yes.code, 0, yes.err);
  assert.equal(yes.questions.length, 1);
  assert.equal((await accounts()).length, 2);
  const again = await importAs({}, path);
  assert.equal(again.code, 0);
  assert.equal(again.err, "");
  assert.match(again.out, /2 already there$/);
});

Deno.test("accounts import finds application-default credentials where gcloud and its variables put them", async () => {
  using folder = tempFolder();
  const { home, importAs, put, accounts } = place(folder.path);
  const places = [
    [".config/gcloud/application_default_credentials.json", {}],
    ["elsewhere/application_default_credentials.json", {
      CLOUDSDK_CONFIG: join(home, "elsewhere"),
    }],
    ["named.json", { GOOGLE_APPLICATION_CREDENTIALS: join(home, "named.json") }],
  ] as const;
  for (const [name, env] of places) {
    put(name, { ...ADC_FILE, refresh_token: `1//planted-${name}` });
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
  put(".gemini/oauth_creds.json", GEMINI_CLI_FILE);
  put(".antigravity_tools/accounts/0b9f4a52.json", ANTIGRAVITY_FILE);
  put(".antigravity_tools/accounts/1c9f4a52.json", {
    ...ANTIGRAVITY_FILE,
    disabled: true,
    token: { ...ANTIGRAVITY_FILE.token, refresh_token: "1//planted-off" },
  });
  put(".antigravity_tools/accounts/accounts.json", ANTIGRAVITY_INDEX);
  const client = put("client_secret.json", CLIENT);
  for (const from of ["gemini-cli", "antigravity"]) {
    const without = await importAs({}, "--from", from, "--yes");
    assert.equal(without.code, 1);
    assert.match(without.out, /does not name its OAuth client.*--client-file/);
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

Deno.test("accounts import takes service accounts over to Vertex AI, which names what they lack", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const { home, importAs, put, accounts } = place(folder.path);
  function vertex(name: string, changes: Readonly<Record<string, unknown>> = {}): void {
    const key = emulator.addServiceAccount(name, { project: "my-project-1" });
    const service_account = { ...key, ...changes };
    const { location: _location, ...file } = CLIPROXY_VERTEX;
    put(`auths/${name}.json`, { ...file, service_account });
  }
  vertex("a");
  vertex("b", { private_key: "planted" });
  put("auths/c.json", CLIPROXY_GEMINI);
  put("auths/d.json", { ...CLIPROXY_VERTEX, service_account: emulator.addServiceAccount("d") });
  const path = join(home, "auths");

  const without = await importAs({}, path, "--dry-run", "--json");
  assert.equal(without.code, 1);
  assert.deepEqual(rowsOf(without), [
    ["a.json", "", "failed"],
    ["b.json", "", "failed"],
    ["c.json", "cliproxy-1", "would be added"],
    ["d.json", "cliproxy-2", "would be added"],
  ]);
  assert.match(without.out, /--location/);

  const flags = [path, "--location", "europe-west4"];
  const table = await importAs({}, ...flags, "--dry-run");
  assert.match(
    table.out,
    /a\.json +cliproxy-1 +vertex +my-project-4 +europe-west4 +would be added/,
  );
  assert.match(table.out, /b\.json +failed: .*"private_key" is not an RSA key/);
  const dry = await importAs({}, ...flags, "--dry-run", "--json");
  assert.deepEqual(await accounts(), []);
  const real = await importAs({}, ...flags, "--yes", "--json");
  assert.equal(real.out, dry.out.replaceAll("would be added", "added"));
  const [added, ...others] = JSON.parse(real.out);
  assert.deepEqual(added, {
    from: "a.json",
    name: "cliproxy-1",
    kind: "vertex",
    project: "my-project-4",
    location: "europe-west4",
    result: "added",
  });
  assert.equal(others.length, 3);
  assert.deepEqual(
    (await accounts()).map(({ name, kind, location, baseUrls }) => [
      name,
      kind,
      location,
      ...baseUrls,
    ]),
    [
      ["cliproxy-1", "vertex", "europe-west4", "https://europe-west4-aiplatform.googleapis.com"],
      ["cliproxy-2", "code-assist", undefined, "https://cloudcode-pa.googleapis.com"],
      ["cliproxy-3", "vertex", "us-central1", "https://us-central1-aiplatform.googleapis.com"],
    ],
  );
  const again = await importAs({}, ...flags, "--kind", "vertex", "--json");
  // The one that is there is of another kind than the one that would come.
  assert.match(again.out, /"cliproxy-2",\s+"kind": "code-assist",\s+"result": "already there"/);
  assert.equal(again.out.match(/"already there"/g)?.length, 3);
});

Deno.test("accounts import of a service account's own file asks for no agreement, and it works", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const { importAs, put, dataDir } = place(folder.path);
  const file = put("key.json", emulator.addServiceAccount("a"));
  const { code, err } = await importAs({}, file, "--location", "global");
  assert.deepEqual([code, err], [0, ""]);
  const at = ["--data-dir", dataDir];
  const edited = await runAs({}, ["accounts", "edit", "adc-1", "--base-url", emulator.url, ...at]);
  assert.equal(edited.code, 0, edited.err);
  const tested = await runAs({}, ["accounts", "test", ...at]);
  const { length } = modelsOf("aiplatform.googleapis.com");
  assert.equal(tested.out, `adc-1: works, ${length} models`);
});

Deno.test("accounts import warns of tokens that would be refreshed unencrypted", async () => {
  using folder = tempFolder();
  const { importAs, put } = place(folder.path);
  const file = put("adc.json", { ...ADC_FILE, token_uri: "http://example.com/token" });
  const { err } = await importAs({}, file, "--yes");
  assert.match(err, /Warning: the token_uri of "adc-1" is not encrypted/);
  await using emulator = await startEmulator();
  const key = { ...emulator.addServiceAccount("a"), token_uri: "http://example.com/token" };
  const service = await importAs({}, put("key.json", key), "--location", "eu");
  assert.match(service.err, /Warning: the token_uri of "adc-2" is not encrypted/);
});

Deno.test("accounts import says what is wrong with its arguments, and adds nothing", async () => {
  using folder = tempFolder();
  const { home, importAs, put, accounts } = place(folder.path);
  const words = put("words.txt", "a few words");
  const keys = put("keys.txt", KEYS);
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [[], 2, /Name what to import.*adc, gemini-cli, cliproxyapi, antigravity, keys/],
    [["--from", "other"], 2, /--from takes adc, gemini-cli/],
    [["--from", "keys"], 2, /Name the file with the accounts/],
    [["--from", "adc"], 1, /cannot be read: it does not exist/],
    [[join(home, "none")], 1, /cannot be read: it does not exist/],
    [[words], 2, /Cannot recognize the format/],
    [[words, "--from", "adc", "--client-file", words], 1, /not an OAuth client/],
    [[keys, "--location", "eu"], 2, /are for accounts made of sign-ins .*; a list of keys makes/],
    [[keys, "--client-file", words], 2, /^Error: --client-file, --kind.*; a list of keys makes/],
    [[words, "--from", "adc", "--kind", "gemini-api"], 2, /--kind takes code-assist and vertex/],
    [[words, "--from", "adc", "--project", "123"], 2, /is a project number/],
    [[words, "--from", "adc", "--location", "eu-1"], 1, /not a location of Vertex AI/],
  ];
  for (const [args, expected, message] of cases) {
    const { code, err } = await importAs({}, ...args);
    assert.match(err, message);
    assert.equal(code, expected);
  }
  assert.deepEqual(await accounts(), []);
  await Deno.mkdir(join(home, "empty"));
  const empty = await importAs({}, join(home, "empty"), "--from", "cliproxyapi");
  assert.deepEqual([empty.code, empty.out], [0, "It contains no account"]);
});

Deno.test("accounts import names a file of a folder that cannot be read, and imports the others", async () => {
  using folder = tempFolder();
  const { home, importAs, put } = place(folder.path);
  put("auths/a.json", CLIPROXY_GEMINI);
  await Deno.symlink(join(home, "gone"), join(home, "auths/ada@example.com.json"));
  const outcome = await importAs({}, join(home, "auths"), "--yes", "--json");
  assert.equal(outcome.code, 1);
  assert.deepEqual(rowsOf(outcome), [["a.json", "cliproxy-1", "added"], ["***", "", "failed"]]);
});
