/** `pollux accounts edit` of accounts of Vertex AI. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Account } from "../../../src/accounts/account.ts";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { Secret } from "../../../src/accounts/secret.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { runAs } from "../../support/fake_terminal.ts";

const CREDENTIAL = {
  type: "service_account",
  clientEmail: "planted-robot@my-project-1.iam.gserviceaccount.com",
  privateKeyId: "key-1",
  privateKey: new Secret("planted-key"),
  tokenUri: "https://oauth2.googleapis.com/token",
  projectId: "my-project-1",
} as const;
const IOWA = "https://us-central1-aiplatform.googleapis.com";
const OWN = "https://own.example";

/** A data folder with `service`, in a project, `express`, with a key, and `lost`, in no place. */
async function place(path: string) {
  const dataDir = join(path, "data");
  async function withBook<T>(use: (book: AccountBook) => Promise<T>): Promise<T> {
    using store = await openStore({ dataDir });
    return await use(new AccountBook(store.accounts, Date));
  }
  await withBook(async (book) => {
    const vertex = { kind: "vertex", baseUrls: [IOWA], credential: CREDENTIAL } as const;
    await book.add({ ...vertex, name: "service", project: "p-1", location: "us-central1" });
    await book.add({ ...vertex, name: "lost", baseUrls: ["https://aiplatform.googleapis.com"] });
    const credential = { type: "api_key", key: new Secret("planted-key") } as const;
    await book.add({ ...vertex, name: "express", baseUrls: [OWN], credential });
    await book.add({ name: "keyed", kind: "gemini-api", baseUrls: [OWN], credential });
    await book.add({
      name: "signed-in",
      kind: "code-assist",
      baseUrls: [OWN],
      credential: {
        type: "authorized_user",
        clientId: "client",
        clientSecret: new Secret("planted-secret"),
        refreshToken: new Secret("planted-token"),
        tokenUri: "https://oauth2.googleapis.com/token",
      },
    });
  });
  return {
    edit: (...args: readonly string[]) =>
      runAs({}, ["accounts", "edit", ...args, "--data-dir", dataDir]),
    get: (name: string): Promise<Account> => withBook((book) => book.get(name)),
    list: () => withBook((book) => book.list()),
  };
}

Deno.test("accounts edit --location moves an account, and the base URL with it where it was Google's", async () => {
  using folder = tempFolder();
  const { edit, get } = await place(folder.path);
  const steps: readonly (readonly [flags: readonly string[], location: string, urls: string[]])[] =
    [
      [["--location", "eu"], "eu", ["https://aiplatform.eu.rep.googleapis.com"]],
      [["--location", "global"], "global", ["https://aiplatform.googleapis.com"]],
      [["--base-url", OWN], "global", [OWN]],
      [["--location", "us-central1"], "us-central1", [OWN]],
      [["--no-base-url"], "us-central1", [IOWA]],
      [["--location", "us", "--base-url", OWN], "us", [OWN]],
      [["--location", "us-central1", "--no-base-url"], "us-central1", [IOWA]],
    ];
  const before = await get("service");
  for (const [flags, location, baseUrls] of steps) {
    const { code, err } = await edit("service", ...flags);
    assert.equal(code, 0, err);
    assert.deepEqual(await get("service"), { ...before, location, baseUrls }, flags.join(" "));
  }
});

Deno.test("accounts edit gives an account of Vertex AI the place that it lacks", async () => {
  using folder = tempFolder();
  const { edit, get } = await place(folder.path);
  const { code, err } = await edit("lost", "--project", "p-2", "--location", "us-central1");
  assert.equal(code, 0, err);
  const { project, location, baseUrls } = await get("lost");
  assert.deepEqual({ project, location, baseUrls }, {
    project: "p-2",
    location: "us-central1",
    baseUrls: [IOWA],
  });
});

Deno.test("accounts edit refuses a place where it does not fit, and the lack of one where it is needed", async () => {
  using folder = tempFolder();
  const { edit, list } = await place(folder.path);
  const before = await list();
  const cases: readonly (readonly [args: readonly string[], code: number, words: RegExp])[] = [
    [["service", "--no-project"], 2, /Vertex AI needs a project/],
    [["service", "--location", "us-central1-a"], 1, /is a zone/],
    [["service", "--location", "x.example.com/"], 1, /not a location of Vertex AI/],
    [["express", "--project", "my-project-1"], 2, /An API key belongs to a project/],
    [["express", "--location", "eu"], 2, /An API key belongs to a project/],
    [["keyed", "--location", "eu"], 2, /An API key belongs to a project/],
    [["signed-in", "--location", "eu"], 2, /--location is for accounts of Vertex AI/],
  ];
  for (const [args, expected, words] of cases) {
    const { code, err } = await edit(...args);
    assert.match(err, words);
    assert.equal(code, expected, args.join(" "));
  }
  assert.deepEqual(await list(), before);
});
