import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { handIn } from "../../support/hand_in.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";
import { modelsOf } from "../../../src/emulator/models/catalogue.ts";

const VERTEX_MODELS = modelsOf("aiplatform.googleapis.com").length;

/** A place for data and for files, and a user who runs accounts commands there. */
function place(path: string) {
  const dataDir = join(path, "data");
  return {
    dataDir,
    write(name: string, content: unknown): string {
      return handIn(path, { name, text: JSON.stringify(content) });
    },
    accounts: (user: FakeUser, ...args: readonly string[]) =>
      runAs(user, ["accounts", ...args, "--data-dir", dataDir]),
  };
}

async function stored(dataDir: string) {
  using store = await openStore({ dataDir });
  return (await new AccountBook(store.accounts, Date).list()).accounts;
}

Deno.test("accounts add vertex takes a service account, with its own project", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const { accounts, dataDir, write } = place(folder.path);
  const file = write("key.json", emulator.addServiceAccount("a", { project: "p-1" }));
  const args = ["add", "vertex", "work", "--credentials", file, "--location", "us-central1"];
  const { code, out, err } = await accounts({}, ...args, "--json");
  assert.equal(code, 0, err);
  const { id: _, createdAt: __, ...view } = JSON.parse(out);
  assert.deepEqual(view, {
    name: "work",
    kind: "vertex",
    enabled: true,
    baseUrls: ["https://us-central1-aiplatform.googleapis.com"],
    project: "p-1",
    location: "us-central1",
    credential: "service_account",
  });
  assert.doesNotMatch(out + err, /PRIVATE|gserviceaccount/);
  const [account] = await stored(dataDir);
  assert.ok(account?.credential.type === "service_account");
  assert.match(account.credential.privateKey.reveal(), /^-----BEGIN PRIVATE KEY-----/);
  const list = await accounts({}, "list");
  assert.equal(
    list.out,
    "NAME  KIND    ENABLED  PROJECT  LOCATION\nwork  vertex  yes      p-1      us-central1",
  );
});

Deno.test("accounts add vertex chooses the host by the location, or takes --base-url", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const { accounts, dataDir, write } = place(folder.path);
  const file = write("key.json", emulator.addServiceAccount("a"));
  const rows: readonly (readonly [name: string, flags: readonly string[], url: string])[] = [
    ["a", ["--location", "global"], "https://aiplatform.googleapis.com"],
    ["b", ["--location", "eu"], "https://aiplatform.eu.rep.googleapis.com"],
    ["c", ["--location", "europe-west4"], "https://europe-west4-aiplatform.googleapis.com"],
    ["d", ["--location", "us", "--base-url", "https://x.example/y/"], "https://x.example/y"],
  ];
  for (const [name, flags] of rows) {
    const project = ["--project", `project-${name}`];
    const added = await accounts(
      {},
      "add",
      "vertex",
      name,
      "--credentials",
      file,
      ...flags,
      ...project,
    );
    assert.equal(added.code, 0, added.err);
  }
  const kept = await stored(dataDir);
  assert.deepEqual(kept.map(({ baseUrls: [url] }) => url), rows.map(([, , url]) => url));
  assert.deepEqual(kept.map(({ project }) => project), rows.map(([name]) => `project-${name}`));
});

Deno.test("accounts add vertex takes a key of express mode, which has no place", async () => {
  using folder = tempFolder();
  const { accounts, dataDir } = place(folder.path);
  const { code, err } = await accounts(
    { input: "planted-key" },
    "add",
    "vertex",
    "x",
    "--key-stdin",
  );
  assert.equal(code, 0, err);
  const [account] = await stored(dataDir);
  assert.deepEqual(account?.baseUrls, ["https://aiplatform.googleapis.com"]);
  assert.deepEqual([account.project, account.location], [undefined, undefined]);
  assert.ok(account.credential.type === "api_key");
  assert.equal(account.credential.key.reveal(), "planted-key");
});

Deno.test("accounts add vertex says what is missing, too much or wrong, and adds nothing", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const { accounts, dataDir, write } = place(folder.path);
  const good = emulator.addServiceAccount("a");
  const user = write("user.json", emulator.addUser("b"));
  const service = write("key.json", good);
  const half = write("half.json", { ...good, private_key: undefined });
  const broken = write("broken.json", { ...good, private_key: "planted" });
  const client = write("client.json", { installed: { client_id: "x", client_secret: "planted" } });
  const place1 = ["--location", "us-central1"];
  const cases: readonly (readonly [flags: readonly string[], code: number, words: RegExp])[] = [
    [[], 2, /Name the credential: --credentials with a file, or.*--key-env/],
    [["--credentials", service], 2, /Name the location with --location/],
    [["--credentials", service, "--key-stdin", ...place1], 2, /or an API key, not both/],
    [["--key-stdin", ...place1], 2, /belongs to a project/],
    [["--key-stdin", "--project", "p-1"], 2, /belongs to a project/],
    [["--key-stdin", "--key-env", "X"], 2, /one of --key-env/],
    [["--credentials", user, ...place1], 2, /names no project; name one with --project/],
    [["--credentials", service, ...place1, "--project", "123"], 2, /is a project number/],
    [["--credentials", service, "--location", "us-central1-a"], 1, /is a zone.*"us-central1"/],
    [["--credentials", service, "--location", "x.example.com/"], 1, /not a location of Vertex AI/],
    [["--credentials", half, ...place1], 1, /lacks "private_key"/],
    [["--credentials", broken, ...place1], 1, /"private_key" is not an RSA key/],
    [["--credentials", client, ...place1], 1, /an OAuth client/],
    [
      ["--credentials", join(folder.path, "no.json"), ...place1],
      1,
      /cannot be read: it does not exist/,
    ],
  ];
  for (const [flags, expected, words] of cases) {
    const { code, err } = await accounts({ input: "k" }, "add", "vertex", "work", ...flags);
    assert.match(err, words);
    assert.equal(code, expected, flags.join(" "));
    assert.doesNotMatch(err, /planted|gserviceaccount/);
  }
  assert.deepEqual(await stored(dataDir), []);
});

Deno.test("accounts add vertex warns of a token_uri that is not encrypted", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const { accounts, write } = place(folder.path);
  const token_uri = "http://example.com/token";
  const file = write("key.json", { ...emulator.addServiceAccount("a"), token_uri });
  const added = await accounts({}, "add", "vertex", "a", "--credentials", file, "--location", "us");
  assert.equal(added.code, 0);
  assert.match(added.err, /Warning: .*token_uri is not encrypted/);
});

Deno.test("accounts test asks Vertex AI, with each credential", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const { accounts, dataDir, write } = place(folder.path);
  const at = ["--location", "global", "--base-url", emulator.url];
  const ways: readonly (readonly [name: string, flags: readonly string[]])[] = [
    ["deleted", ["--credentials", write("a.json", emulator.addServiceAccount("deleted")), ...at]],
    ["express", ["--key-stdin", "--base-url", emulator.url]],
    ["service", ["--credentials", write("b.json", emulator.addServiceAccount("service")), ...at]],
    ["user", [...userFlags(emulator, write), ...at]],
  ];
  const user = { input: emulator.addExpressKey("express") };
  for (const [name, flags] of ways) {
    const added = await accounts(user, "add", "vertex", name, ...flags);
    assert.equal(added.code, 0, added.err);
  }
  emulator.revokeUser("deleted");
  const { code, out } = await accounts({}, "test");
  assert.equal(code, 1);
  const [gone, ...rest] = await stored(dataDir);
  assert.match(gone?.disabledReason ?? "", /Invalid JWT Signature/);
  assert.deepEqual([gone, ...rest].map((account) => account?.enabled), [false, true, true, true]);
  const [deleted, ...others] = out.split("\n");
  assert.match(deleted ?? "", /^deleted: failed: .*Invalid JWT Signature.*make a new key/);
  assert.deepEqual(
    others,
    ["express", "service", "user"].map((name) => `${name}: works, ${VERTEX_MODELS} models`),
  );
});

function userFlags(
  emulator: Emulator,
  write: (name: string, content: unknown) => string,
): readonly string[] {
  const file = write("user.json", emulator.addUser("user", { project: "p-1" }));
  return ["--credentials", file, "--project", "p-1"];
}
