import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../src/accounts/account_book.ts";
import { openStore } from "../../src/store/open_store.ts";
import { tempFolder } from "../store/temp_folder.ts";
import { type FakeUser, runAs } from "./fake_terminal.ts";

/** Runs an accounts command on a folder. */
function on(dataDir: string) {
  return (user: FakeUser, args: readonly string[]) =>
    runAs(user, ["accounts", ...args, "--data-dir", dataDir]);
}

function addKeyed(name: string, baseUrl?: string): readonly string[] {
  const url = baseUrl === undefined ? [] : ["--base-url", baseUrl];
  return ["add", "gemini-api", name, "--key-stdin", ...url];
}

const KEY = { input: "planted-key\n" };

Deno.test("accounts list says so when there is none", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  assert.match((await accounts({}, ["list"])).out, /^No account yet; add one: pollux accounts add/);
  assert.equal((await accounts({}, ["list", "--json"])).out, "[]");
});

Deno.test("accounts list prints a table without empty columns, and JSON without secrets", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const accounts = on(dataDir);
  await accounts(KEY, addKeyed("work"));
  assert.equal(
    (await accounts({}, ["list"])).out,
    "NAME  KIND        ENABLED\nwork  gemini-api  yes",
  );
  await accounts(KEY, addKeyed("home-lab", "http://127.0.0.1:1"));
  {
    using store = await openStore({ dataDir });
    const book = new AccountBook(store.accounts, Date);
    const { id } = await book.get("work");
    await book.update(id, { enabled: false, disabledReason: "Token has been revoked" });
  }
  assert.equal(
    (await accounts({}, ["list"])).out,
    [
      "NAME      KIND        ENABLED  BASE URL            DISABLED BECAUSE",
      "home-lab  gemini-api  yes      http://127.0.0.1:1",
      "work      gemini-api  no                           Token has been revoked",
    ].join("\n"),
  );
  const { out } = await accounts({}, ["list", "--json"]);
  assert.deepEqual(
    JSON.parse(out).map((view: Record<string, unknown>) => [view["name"], view["credential"]]),
    [["home-lab", "api_key"], ["work", "api_key"]],
  );
  assert.doesNotMatch(out, /planted/);
});

Deno.test("accounts list tells of an account that this version cannot use, beside the others", async () => {
  using folder = tempFolder();
  const dataDir = join(folder.path, "data");
  const accounts = on(dataDir);
  await accounts(KEY, addKeyed("work"));
  {
    using store = await openStore({ dataDir });
    await store.accounts.insert({ id: "x", name: "newer", fields: {}, secret: "{}" });
  }
  const { code, out, err } = await accounts({}, ["list"]);
  assert.equal(code, 0);
  assert.match(out, /^work /m);
  assert.match(err, /Warning: account "newer" cannot be used: This version/);
});

Deno.test("accounts show prints what may be shown of one, and fails without it", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  await accounts(KEY, addKeyed("work"));
  const { out } = await accounts({}, ["show", "work"]);
  assert.match(out, /^name: work$/m);
  assert.match(out, /^credential: api_key$/m);
  assert.equal(JSON.parse((await accounts({}, ["show", "work", "--json"])).out).name, "work");
  const none = await accounts({}, ["show", "other"]);
  assert.equal(none.code, 1);
  assert.match(none.err, /^Error: There is no account "other"/);
});

Deno.test("accounts disable and enable can be repeated", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  await accounts(KEY, addKeyed("work"));
  for (const [command, enabled] of [["disable", false], ["enable", true]] as const) {
    for (let time = 0; time < 2; time++) {
      const { code, out } = await accounts({}, [command, "work"]);
      assert.equal(code, 0);
      assert.equal(out, `Account "work" is ${command}d`);
    }
    const { out } = await accounts({}, [command, "work", "--json"]);
    assert.equal(JSON.parse(out).enabled, enabled);
  }
  assert.equal((await accounts({}, ["enable", "other"])).code, 1);
});

Deno.test("accounts remove asks, needs --yes where nobody is, and can be repeated", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  await accounts(KEY, addKeyed("work"));
  const nobody = await accounts({}, ["remove", "work"]);
  assert.equal(nobody.code, 2);
  assert.match(nobody.err, /with --yes/);
  const no = await accounts({ answer: false }, ["remove", "work"]);
  assert.equal(no.code, 1);
  assert.match((await accounts({}, ["list"])).out, /work/);
  const yes = await accounts({ answer: true }, ["remove", "work"]);
  assert.equal(yes.out, 'Removed "work"');
  const again = await accounts({}, ["remove", "work", "--yes"]);
  assert.equal(again.code, 0);
  assert.match(again.out, /There is no account "work"/);
  const json = await accounts({}, ["remove", "work", "--yes", "--json"]);
  assert.deepEqual(JSON.parse(json.out), { name: "work", removed: false });
});

Deno.test("accounts test prints how many models, or Google's own words and exit code 1", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  const refusal = "API key not valid. Please pass a valid API key.";
  await using google = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ headers }) =>
      headers.get("x-goog-api-key") === "planted-key"
        ? Response.json({ models: [{ name: "models/a" }, { name: "models/b" }] })
        : Response.json(
          { error: { code: 400, message: refusal, status: "INVALID_ARGUMENT" } },
          { status: 400 },
        ),
  );
  const baseUrl = `http://127.0.0.1:${google.addr.port}`;
  assert.equal((await accounts({}, ["test"])).out, "No account yet");
  await accounts(KEY, addKeyed("good", baseUrl));
  const good = await accounts({}, ["test", "good"]);
  assert.equal(good.out, "good: works, 2 models");
  assert.equal(good.code, 0);
  await accounts({ input: "planted-other" }, addKeyed("bad", baseUrl));
  const all = await accounts({}, ["test"]);
  assert.equal(all.out, `bad: failed: ${refusal}\ngood: works, 2 models`);
  assert.equal(all.code, 1);
  assert.equal(all.err, "");
  const json = await accounts({}, ["test", "--json"]);
  assert.equal(json.code, 1);
  assert.deepEqual(JSON.parse(json.out), [
    { name: "bad", ok: false, error: refusal },
    { name: "good", ok: true, models: 2 },
  ]);
  assert.equal((await accounts({}, ["test", "other"])).code, 1);
});
