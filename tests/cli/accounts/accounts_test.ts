import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { closedUrl, startTestUpstream, type TestUpstream } from "../../support/test_upstream.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";

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
  assert.match(nobody.err, /use --yes/);
  const no = await accounts({ response: false }, ["remove", "work"]);
  assert.equal(no.code, 1);
  assert.match((await accounts({}, ["list"])).out, /work/);
  const yes = await accounts({ response: true }, ["remove", "work"]);
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

Deno.test("accounts enable, disable and remove take several names and patterns", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  for (const name of ["team-1", "team-2", "home", "work"]) await accounts(KEY, addKeyed(name));
  const enabled = async () =>
    JSON.parse((await accounts({}, ["list", "--json"])).out)
      .filter((account: { enabled: boolean }) => account.enabled)
      .map(({ name }: { name: string }) => name);

  const off = await accounts({}, ["disable", "team-*", "home", "team-1"]);
  assert.equal(
    off.out,
    ["team-1", "team-2", "home"].map((name) => `Account "${name}" is disabled`).join("\n"),
  );
  assert.deepEqual(await enabled(), ["work"]);
  const json = await accounts({}, ["enable", "team-*", "--json"]);
  assert.deepEqual(JSON.parse(json.out).map(({ name }: { name: string }) => name), [
    "team-1",
    "team-2",
  ]);

  // One that is not there: nothing is changed.
  const none = await accounts({}, ["disable", "work", "other"]);
  assert.equal(none.code, 1);
  assert.match(none.err, /^Error: There is no account "other"/);
  const nobody = await accounts({}, ["disable", "work", "x-*"]);
  assert.match(nobody.err, /^Error: No account matches "x-\*"/);
  assert.deepEqual(await enabled(), ["team-1", "team-2", "work"]);

  const { out, questions } = await accounts({ response: true }, ["remove", "team-*", "gone"]);
  assert.match(questions[0] ?? "", /^Remove 3 accounts .*"team-1", "team-2", "gone"/);
  assert.match(out, /^Removed "team-1"\nRemoved "team-2"\nThere is no account "gone"/);
  assert.deepEqual(await enabled(), ["work"]);
});

Deno.test("accounts test asks a bounded number at once, and tells of one reason once", async () => {
  using folder = tempFolder();
  const accounts = on(join(folder.path, "data"));
  const google = busyUpstream();
  await using _closed = google;
  const names = Array.from({ length: 20 }, (_, index) => `a${String(index).padStart(2, "0")}`);
  for (const name of names) await accounts(KEY, addKeyed(name, google.url));
  const closed = closedUrl();
  for (const name of ["x1", "x2", "x3"]) await accounts(KEY, addKeyed(name, closed));

  const { code, out } = await accounts({}, ["test"]);
  assert.equal(code, 1);
  assert.ok(google.most > 1 && google.most <= 8, String(google.most));
  const lines = out.split("\n");
  assert.equal(lines.length, names.length + 1);
  assert.match(lines.at(-1) ?? "", /^x1, x2, x3: failed: The connection to http:/);

  const few = await accounts({}, ["test", "a0*", "x1"]);
  assert.equal(few.out.split("\n").length, 11);
  assert.equal((await accounts({}, ["test", "a01", "a02"])).code, 0);
});

Deno.test({
  name: "accounts test says once that names cannot be looked up, and which",
  // Deno 2.7 keeps the handle by which a look-up that failed could have been cancelled.
  sanitizeResources: !Deno.version.deno.startsWith("2.7."),
  async fn() {
    using folder = tempFolder();
    const accounts = on(join(folder.path, "data"));
    // RFC 2606 keeps this ending from ever being a name.
    await accounts(KEY, addKeyed("n1", "http://one.invalid"));
    await accounts(KEY, addKeyed("n2", "http://one.invalid"));
    await accounts(KEY, addKeyed("n3", "http://two.invalid"));
    assert.match(
      (await accounts({}, ["test"])).out,
      /^n1, n2, n3: failed: No name resolution: .* cannot look up "one\.invalid", "two\.invalid"\. .*$/,
    );
  },
});

/** An upstream that counts how many requests it has at the same time. */
function busyUpstream(): TestUpstream & { readonly most: number } {
  let current = 0;
  let most = 0;
  const upstream = startTestUpstream(async () => {
    most = Math.max(most, ++current);
    // Others get in the way only while this one lasts.
    await delay(20);
    current -= 1;
    return Response.json({ models: [{ name: "models/gemini-2.5-flash" }] });
  });
  return {
    ...upstream,
    get most() {
      return most;
    },
  };
}
