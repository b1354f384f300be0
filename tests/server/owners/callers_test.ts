/** Which callers may use which stored resources. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { keptOwners } from "../../../src/pool/owners/owners.ts";
import { openStore, type Store } from "../../../src/store/open_store.ts";
import { clientKeysOf } from "../../support/client_keys.ts";
import { errorOf } from "../../support/gemini_call.ts";
import { fileIn, goOn } from "../uploads/upload_calls.ts";
import { accountOf, FILES, refusal, startOwnerTestbed } from "./owner_testbed.ts";

const API_KEY = "planted-gateway-key";

/** Two clients, by their keys. */
const CLIENTS: ReadonlyMap<string, string> = new Map([
  ["planted-client-a", "a"],
  ["planted-client-b", "b"],
]);

const clientKeys = clientKeysOf(CLIENTS);

/** The headers of a caller. */
const AS = {
  a: { "x-goog-api-key": "planted-client-a" },
  b: { authorization: "Bearer planted-client-b" },
  default: { "x-goog-api-key": API_KEY },
};

/** Rows that an earlier gateway wrote: who made which file, with the account "two". */
async function writeOwners(store: Store, owners: Readonly<Record<string, string>>): Promise<void> {
  const keeper = store.keeper({ clock: Date, onProblem: () => assert.fail() });
  const table = keptOwners(keeper, Date);
  for (const [name, callerId] of Object.entries(owners)) {
    const accountId = "id-two";
    const expiresAtMs = Date.now() + 3_600_000;
    table.set(name, {
      accountId,
      project: "account:id-two",
      callerId,
      expiresAtMs,
      createTime: "",
    });
  }
  await keeper.close();
}

/** A gateway with client keys, and files that its callers made. */
async function startScoped() {
  const store = await openStore({ memory: true });
  await writeOwners(store, { "files/a": "a", "files/b": "b", "files/open": "open" });
  const keeper = store.keeper({ clock: Date, onProblem: () => assert.fail() });
  const bed = await startOwnerTestbed({
    clientKeys,
    keeper,
    settings: { auth: { apiKey: API_KEY } },
  });
  for (const id of ["a", "b", "open", "unknown"]) bed.plant("two", id);
  return {
    bed,
    async [Symbol.asyncDispose]() {
      await bed.close();
      await keeper.close();
      store.close();
    },
  };
}

Deno.test("A client key uses its own resources only, and another's gets Google's own 403", async () => {
  await using scoped = await startScoped();
  const { bed } = scoped;
  const mine = { a: "files/a", b: "files/b", default: "files/open" };
  for (const [caller, headers] of Object.entries(AS)) {
    for (const [owner, name] of Object.entries(mine)) {
      if (owner === caller) {
        assert.equal(await accountOf(await bed.prompt([name], headers)), "two");
        assert.equal(await accountOf(await bed.ask(name, { headers })), "two");
        continue;
      }
      for (const init of [{ headers }, { headers, method: "DELETE" }]) {
        const error = await errorOf(await bed.ask(name, init));
        assert.deepEqual([error.code, error.message], [403, refusal(name)]);
      }
      const error = await errorOf(await bed.prompt([mine.a, mine.b, name], headers));
      assert.equal(error.code, 403);
    }
  }
  assert.equal(bed.asked("read").length, 3);
  assert.equal(bed.asked("generate").length, 3);
});

Deno.test("Another's file is refused as one that does not exist, wherever it stands and however it is spelled", async () => {
  await using scoped = await startScoped();
  const { bed } = scoped;
  const [fileUri, file_uri] = [`${FILES}b`, `${FILES}a`];
  const parts = [
    { fileData: { fileUri }, file_data: { file_uri } },
    { fileData: { fileUri: file_uri, file_uri: fileUri } },
    { fileData: { fileUri: `${bed.url}/v1beta/files/b` } },
    { fileData: { fileUri: `${FILES}%62` } },
    { functionResponse: { name: "f", response: {}, parts: [{ fileData: { fileUri } }] } },
  ];
  for (const part of parts) {
    const response = await bed.ask("models/gemini-2.5-flash:generateContent", {
      method: "POST",
      headers: AS.a,
      body: JSON.stringify({ contents: [{ parts: [part] }] }),
    });
    const error = await errorOf(response);
    assert.deepEqual([error.code, error.message], [403, refusal("files/b")], JSON.stringify(part));
  }
  assert.deepEqual(bed.emulator.requests, []);
});

Deno.test("No spelling that Pollux cannot read reaches Google, where callers have their own files", async () => {
  await using scoped = await startScoped();
  const { bed } = scoped;
  const spellings = [
    "https://generativelanguage.googleapis.com./v1beta/files/b",
    "generativelanguage.googleapis.com/v1beta/files/b",
    `${FILES}b/`,
    "/v1beta/files/b",
    " files/b",
    `${FILES}b?x=${"x".repeat(5000)}`,
  ];
  for (const fileUri of spellings) {
    const response = await bed.ask("models/gemini-2.5-flash:generateContent", {
      method: "POST",
      headers: AS.a,
      body: JSON.stringify({ contents: [{ parts: [{ fileData: { fileUri } }] }] }),
    });
    const error = await errorOf(response);
    assert.equal(error.code, 400);
    assert.match(error.message, /^Invalid or unsupported file uri: /);
  }
  assert.deepEqual(bed.emulator.requests, []);
});

Deno.test("A client that chooses the name of another's file does not become its owner", async () => {
  await using scoped = await startScoped();
  const { bed } = scoped;
  // Another upstream, which has no file of that name.
  await using other = await startEmulator();
  const four = { name: "four", key: other.addApiKey("four"), baseUrls: [other.url] };
  await bed.setAccounts([...bed.accounts.filter(({ name }) => name === "two"), four]);
  bed.emulator.script("two", ["429-daily"], { method: "files.create" });
  const begun = await fetch(`${bed.url}/upload/v1beta/files`, {
    method: "POST",
    headers: {
      ...AS.b,
      "content-type": "application/json",
      "x-goog-upload-protocol": "resumable",
      "x-goog-upload-command": "start",
    },
    body: JSON.stringify({ file: { name: "files/a" } }),
  });
  assert.equal(await accountOf(begun), "four");
  const made = await goOn(begun.headers.get("x-goog-upload-url") ?? "", "upload, finalize", {
    body: "mine",
  });
  assert.equal(await fileIn(made), "files/a");
  assert.equal(await accountOf(await bed.ask("files/a", { headers: AS.a })), "two");
  const error = await errorOf(await bed.ask("files/a", { headers: AS.b }));
  assert.deepEqual([error.code, error.message], [403, refusal("files/a")]);
});

Deno.test("Unknown names are looked up only for the gateway's own key", async () => {
  await using scoped = await startScoped();
  const { bed } = scoped;
  const error = await errorOf(await bed.prompt(["files/unknown"], AS.a));
  assert.deepEqual([error.code, error.message], [403, refusal("files/unknown")]);
  assert.deepEqual(bed.emulator.requests, []);
  assert.equal(await accountOf(await bed.prompt(["files/unknown"], AS.default)), "two");
  assert.equal((await errorOf(await bed.prompt(["files/unknown"], AS.a))).code, 403);
});

Deno.test("A file that another caller reads still belongs to the caller that made it", async () => {
  await using scoped = await startScoped();
  const { bed } = scoped;
  await accountOf(await bed.ask("files/open", { headers: AS.default }));
  await accountOf(await bed.ask("files/a", { headers: AS.a }));
  assert.equal((await errorOf(await bed.ask("files/a", { headers: AS.default }))).code, 403);
  await accountOf(await bed.ask("files/a", { headers: AS.a }));
});

Deno.test("Without client keys every caller can use every resource", async () => {
  const store = await openStore({ memory: true });
  await writeOwners(store, { "files/a": "a" });
  const keeper = store.keeper({ clock: Date, onProblem: () => assert.fail() });
  const bed = await startOwnerTestbed({ keeper });
  bed.plant("two", "a");
  assert.equal(await accountOf(await bed.prompt(["files/a"], AS.b)), "two");
  assert.equal(await accountOf(await bed.prompt(["files/a"])), "two");
  assert.deepEqual(bed.asked("read"), []);
  await bed.close();
  await keeper.close();
  store.close();
});
