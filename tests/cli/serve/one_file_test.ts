/** One credentials file means one account, whichever command takes it and whatever wrote it. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { credentialSecret } from "../../../src/accounts/credentials/credential_secret.ts";
import { startGateway } from "../../support/pollux_process.ts";
import { call, textOf } from "../../support/gemini_call.ts";
import { planted } from "../../support/planted.ts";
import { handIn } from "../../support/hand_in.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { runAs } from "../../support/fake_terminal.ts";

/** A file's name, what is in it, and how it is written. */
interface Variant {
  readonly what: string;
  readonly file: (emulator: Emulator) => Record<string, unknown>;
  readonly encode?: (text: string) => Uint8Array;
}

function utf16(text: string, isBigEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length + 2));
  for (const [index, unit] of ["\ufeff", ...text.split("")].entries()) {
    view.setUint16(2 * index, unit.charCodeAt(0), !isBigEndian);
  }
  return new Uint8Array(view.buffer);
}

function serviceAccount(emulator: Emulator): Record<string, unknown> {
  return { ...emulator.addServiceAccount("a", { project: "p-1" }) };
}

function without(file: Record<string, unknown>, name: string): Record<string, unknown> {
  const { [name]: _, ...rest } = file;
  return rest;
}

const VARIANTS: readonly Variant[] = [
  { what: "as Google gives it out", file: serviceAccount },
  {
    what: "with a quota project",
    file: (emulator) => ({ ...serviceAccount(emulator), quota_project_id: "billed-1" }),
  },
  {
    what: "of a user, with a quota project",
    file: (emulator) => ({ ...emulator.addUser("a"), quota_project_id: "123456789" }),
  },
  {
    what: "with a quota project that is none",
    file: (emulator) => ({ ...emulator.addUser("a"), quota_project_id: "Not a project" }),
  },
  {
    what: "with a byte order mark",
    file: serviceAccount,
    encode: (text) => new TextEncoder().encode(`\ufeff${text}`),
  },
  { what: "in UTF-16LE", file: serviceAccount, encode: (text) => utf16(text, false) },
  { what: "in UTF-16BE", file: serviceAccount, encode: (text) => utf16(text, true) },
  {
    what: "whose key has its line breaks in two characters",
    file(emulator) {
      const file = emulator.addServiceAccount("a");
      return { ...file, private_key: file.private_key.replaceAll("\n", "\\n") };
    },
  },
  {
    what: "whose key has Windows' line breaks in four characters",
    file(emulator) {
      const file = emulator.addServiceAccount("a");
      return { ...file, private_key: file.private_key.replaceAll("\n", "\\r\\n") };
    },
  },
  {
    what: "without the key's id",
    file: (emulator) => without(serviceAccount(emulator), "private_key_id"),
  },
  {
    what: "without a project",
    file: (emulator) => without(serviceAccount(emulator), "project_id"),
  },
];

/** What leads to Vertex AI through others; the tests' own helpers make no project of them. */
const FEDERATED: readonly Variant[] = [
  {
    what: "of a workload",
    file: ({ federation }) => ({ ...federation.addWorkload("a"), quota_project_id: "billed-1" }),
  },
  {
    what: "of a workload that acts as a service account",
    file: ({ federation }) => ({ ...federation.addWorkload("a", { actsIn: "given-1" }) }),
  },
  {
    what: "of a service account that a user acts as",
    file(emulator) {
      const by = { actor: "person", source: emulator.addUser("person"), project: "given-1" };
      return { ...emulator.federation.addImpersonated("a", by), quota_project_id: "billed-1" };
    },
  },
];

for (const { what, file, encode } of [...VARIANTS, ...FEDERATED]) {
  Deno.test(`accounts add and accounts import make one account of a file ${what}`, async () => {
    await using emulator = await startEmulator();
    using folder = tempFolder();
    const content = file(emulator);
    const text = JSON.stringify(content, undefined, 2);
    const path = handIn(folder.path, { name: "key.json", text: encode?.(text) ?? text });
    const project = ["--project", "given-1"];
    const location = ["--location", "us-central1"];
    const isNamed = "project_id" in content;
    const words = {
      add: ["vertex", "adc-1", "--credentials", path, ...isNamed ? [] : project, ...location],
      import: [path, "--kind", "vertex", ...project, ...location],
    };
    const accounts: Record<string, unknown>[] = [];
    for (const [command, args] of Object.entries(words)) {
      const dataDir = join(folder.path, command);
      const at = ["--data-dir", dataDir];
      const made = await runAs({}, ["accounts", command, ...args, ...at]);
      assert.equal(made.code, 0, made.err);
      accounts.push(await onlyAccount(dataDir));
      await runAs({}, ["accounts", "edit", "adc-1", "--base-url", emulator.url, ...at]);
      const tested = await runAs({}, ["accounts", "test", ...at]);
      assert.equal(tested.code, 0, tested.out);
    }
    const [added, imported] = accounts;
    assert.deepEqual(added, imported);
    if (isNamed || content["type"] === "service_account") {
      assert.equal(added?.["project"], content["project_id"] ?? "given-1");
    }
    const billed = content["quota_project_id"];
    const quotaProject = /^[\w-]+$/.test(String(billed)) ? billed : undefined;
    assert.equal(added?.["quotaProject"], quotaProject);
    const calls = emulator.requests.filter(({ path }) => path.includes("/publishers/"));
    assert.deepEqual(
      calls.map(({ headers }) => headers.get("x-goog-user-project") ?? undefined),
      [quotaProject, quotaProject],
    );
  });
}

/** The one account of a folder, with its key in clear, without what differs from one to the next. */
async function onlyAccount(dataDir: string): Promise<Record<string, unknown>> {
  using store = await openStore({ dataDir });
  const [account, ...others] = (await new AccountBook(store.accounts, Date).list()).accounts;
  assert.ok(account !== undefined && others.length === 0);
  const { id: _id, createdAt: _createdAt, credential, ...rest } = account;
  return { ...rest, credential, secret: credentialSecret(credential) };
}

for (const { what, file } of FEDERATED) {
  Deno.test(`An account made of a file ${what} goes to another machine and answers there`, async () => {
    await using emulator = await startEmulator();
    using folder = tempFolder();
    const path = handIn(folder.path, { name: "a.json", text: JSON.stringify(file(emulator)) });
    const passphrase = handIn(folder.path, { name: "passphrase", text: planted("passphrase") });
    const [here, there] = ["here", "there"].map((name) => join(folder.path, name));
    assert.ok(here !== undefined && there !== undefined);
    const place = ["--project", "given-1", "--location", "global", "--base-url", emulator.url];
    const exported = join(folder.path, "accounts.json");
    const sealed = ["--passphrase-file", passphrase];
    for (
      const words of [
        ["add", "vertex", "adc-1", "--credentials", path, ...place, "--data-dir", here],
        ["export", exported, ...sealed, "--data-dir", here],
        ["import", exported, ...sealed, "--data-dir", there],
      ]
    ) {
      const { code, err } = await runAs({}, ["accounts", ...words]);
      assert.equal(code, 0, err);
    }
    assert.deepEqual(await onlyAccount(there), await onlyAccount(here));
    await using gateway = await startGateway({ dataDir: there });
    await textOf(await call(gateway.url));
    assert.equal(emulator.requests.at(-1)?.account, "a");
    const shown = await runAs({}, ["accounts", "show", "adc-1", "--data-dir", there]);
    assert.doesNotMatch(shown.out, /emulated-secret|@|subject-tokens/);
  });
}

Deno.test("accounts add code-assist refuses a workload and an impersonation, and says what it wants", async () => {
  using folder = tempFolder();
  for (const { file } of FEDERATED) {
    await using emulator = await startEmulator();
    const path = handIn(folder.path, { name: "a.json", text: JSON.stringify(file(emulator)) });
    const words = ["accounts", "add", "code-assist", "a", "--credentials", path, "--yes"];
    const { code, err } = await runAs({}, [...words, "--data-dir", join(folder.path, "data")]);
    assert.equal(code, 1);
    assert.match(err, /which this kind of account does not accept; it needs a user's own/);
  }
});

Deno.test("accounts add warns of each address of a credentials file that is not encrypted", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const file = {
    ...emulator.federation.addWorkload("a", { actsIn: "given-1" }),
    token_url: "http://sts.example/v1/token",
    credential_source: { url: "http://tokens.example/" },
  };
  const path = handIn(folder.path, { name: "a.json", text: JSON.stringify(file) });
  const place = ["--project", "given-1", "--location", "global"];
  const { code, err } = await runAs({}, [
    ...["accounts", "add", "vertex", "a", "--credentials", path, ...place],
    ...["--data-dir", join(folder.path, "data")],
  ]);
  assert.equal(code, 0, err);
  assert.deepEqual(
    [...err.matchAll(/credentials file's (\S+) is not encrypted/g)].map(([, member]) => member),
    ["token_url", "credential_source.url"],
  );
});

Deno.test("accounts import takes a list of keys that was written in UTF-16", async () => {
  using folder = tempFolder();
  for (const [nth, isBigEndian] of [false, true].entries()) {
    const text = utf16("planted-AIza-0123456789\n", isBigEndian);
    const path = handIn(folder.path, { name: `keys-${nth}.txt`, text });
    const at = ["--data-dir", join(folder.path, `data-${nth}`)];
    const { code, err } = await runAs({}, ["accounts", "import", "--from", "keys", path, ...at]);
    assert.equal(code, 0, err);
    using store = await openStore({ dataDir: join(folder.path, `data-${nth}`) });
    const [account] = (await new AccountBook(store.accounts, Date).list()).accounts;
    assert.ok(account?.credential.type === "api_key");
    assert.equal(account.credential.key.reveal(), "planted-AIza-0123456789");
  }
});
