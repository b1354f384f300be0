/** One credentials file means one account, whichever command takes it and whatever wrote it. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { openStore } from "../../src/store/open_store.ts";
import { handIn } from "../support/hand_in.ts";
import { tempFolder } from "../store/temp_folder.ts";
import { runAs } from "./fake_terminal.ts";

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

for (const { what, file, encode } of VARIANTS) {
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
    const calls = emulator.requests.filter(({ method }) => method === "GET");
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
  const key = credential.type === "service_account" ? credential.privateKey.reveal() : "";
  return { ...rest, credential, key };
}

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
