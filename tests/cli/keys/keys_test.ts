import assert from "node:assert/strict";
import { join } from "node:path";
import { KeyBook } from "../../../src/keys/key_book.ts";
import { formOf } from "../../../src/keys/key_text.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";

/** Runs keys commands on a folder. */
function on(folder: { readonly path: string }) {
  return (args: readonly string[], user: FakeUser = {}) =>
    runAs(user, ["keys", ...args, "--data-dir", join(folder.path, "data")]);
}

Deno.test("keys create shows the key once, and says with the first that every request needs one", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  assert.match((await keys(["list"])).out, /^No key yet; create one: pollux keys create NAME/);
  const first = await keys(["create", "ada"]);
  const text = /^ {2}(plx_\S+)$/m.exec(first.out)?.[1] ?? "";
  assert.equal(formOf(text), "key");
  assert.match(first.out, /from now on every request needs a key/);
  const second = await keys(["create", "bob"]);
  assert.doesNotMatch(second.out, /every request needs a key/);
  for (const words of [["list"], ["list", "--json"], ["show", "ada"], ["show", "ada", "--json"]]) {
    const { out, code } = await keys(words);
    assert.equal(code, 0);
    assert.ok(!out.includes(text) && !/[0-9a-f]{64}/.test(out), out);
  }
  // Not the first any more, even if no other is left.
  await keys(["remove", "ada", "bob", "--yes"]);
  assert.doesNotMatch((await keys(["create", "eve"])).out, /every request needs a key/);
});

Deno.test("keys create and keys rotate print the key alone with --key-only", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  const first = await keys(["create", "ada", "--key-only"]);
  assert.equal(formOf(first.out.trimEnd()), "key");
  assert.match(first.err, /from now on every request needs a key/);
  const rotated = await keys(["rotate", "ada", "--key-only"]);
  assert.equal(formOf(rotated.out.trimEnd()), "key");
  assert.equal(rotated.err, "");
  assert.equal((await keys(["create", "bob", "--key-only", "--json"])).code, 2);
});

Deno.test("keys create takes every limit, and keys edit changes and removes them", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  const created = await keys([
    ...["create", "ada", "--requests-per-minute", "60", "--tokens-per-minute", "500k"],
    ...["--requests-per-day", "1000", "--tokens-per-day", "2M", "--tokens-per-month", "10M"],
    ...["--budget", "20usd/month", "--max-concurrent", "4", "--allow", "models/gemini-*"],
    ...["--allow", "veo-*", "--deny", "*-pro", "--accounts", "home,work", "--label", "team"],
    ...["--expires", "2999-01-31", "--json"],
  ]);
  const { key, id, createdAt: _createdAt, ...view } = JSON.parse(created.out);
  assert.equal(formOf(key), "key");
  assert.match(id, /^key_[0-9a-f]{12}$/);
  assert.deepEqual(view, {
    name: "ada",
    state: "valid",
    expiresAt: "2999-01-31T00:00:00Z",
    labels: ["team"],
    limits: {
      requestsPerMinute: 60,
      tokensPerMinute: 500_000,
      requestsPerDay: 1000,
      tokensPerDay: 2_000_000,
      tokensPerMonth: 10_000_000,
      budget: { microUsd: 20_000_000, per: "month" },
      maxConcurrent: 4,
    },
    allow: ["gemini-*", "veo-*"],
    deny: ["*-pro"],
    accounts: ["home", "work"],
    may: ["calls"],
  });
  const edited = await keys([
    ...["edit", "ada", "--name", "eve", "--no-requests-per-minute", "--no-tokens-per-minute"],
    ...["--no-requests-per-day", "--tokens-per-day", "3M", "--no-tokens-per-month", "--no-deny"],
    ...["--budget", "$1.50/day", "--no-max-concurrent", "--no-allow", "--no-accounts"],
    ...["--no-expires", "--no-label", "--json"],
  ]);
  const after = JSON.parse(edited.out);
  assert.equal(after.id, id);
  assert.equal(after.name, "eve");
  assert.deepEqual(after.limits, {
    tokensPerDay: 3_000_000,
    budget: { microUsd: 1_500_000, per: "day" },
  });
  assert.deepEqual([after.allow, after.deny, after.accounts, after.labels], [[], [], [], []]);
  assert.equal(after.expiresAt, undefined);
  const table = (await keys(["list"])).out;
  assert.match(
    table,
    /^NAME +KEY +STATE +LIMITS\neve +plx_…\S{4} +valid +3M tokens\/day, 1\.5 USD\/day$/,
  );
  assert.equal((await keys(["edit", "eve"])).code, 2);
});

Deno.test("keys create and edit take --may, and keys list shows what is not usual", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  const may = async (args: readonly string[]) =>
    JSON.parse((await keys([...args, "--json"])).out).may;
  assert.deepEqual(await may(["create", "a"]), ["calls"]);
  assert.deepEqual(await may(["create", "b", "--may", "metrics"]), ["metrics"]);
  assert.deepEqual(await may(["create", "c", "--may", "metrics", "--may", "calls"]), [
    "calls",
    "metrics",
  ]);
  assert.match(
    (await keys(["list"])).out,
    /^b .*valid +metrics alone\nc .*valid +calls and metrics$/m,
  );
  assert.deepEqual(await may(["edit", "c", "--no-may"]), ["calls"]);
  assert.deepEqual(await may(["edit", "b", "--label", "x"]), ["metrics"]);
  assert.deepEqual(await may(["edit", "b", "--may", "calls,metrics"]), ["calls", "metrics"]);
  assert.deepEqual(await may(["show", "b"]), ["calls", "metrics"]);
  for (const wrong of ["", "all", "calls,", "Calls", "calls metrics"]) {
    const { code, err } = await keys(["create", "d", "--may", wrong]);
    assert.deepEqual([code, /It must be calls, metrics, or calls,metrics/.test(err)], [2, true]);
  }
});

Deno.test("keys rejects values that mean nothing, and changes nothing then", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  for (
    const [flag, value] of [
      ["--requests-per-minute", "0"],
      ["--requests-per-minute", "-1"],
      ["--requests-per-minute", "1e9"],
      ["--requests-per-minute", "1.5"],
      ["--requests-per-day", ""],
      ["--tokens-per-minute", "5K"],
      ["--tokens-per-minute", "5 M"],
      ["--tokens-per-month", "Infinity"],
      ["--max-concurrent", "0"],
      ["--max-concurrent", "0x10"],
      ["--budget", "20usd"],
      ["--budget", "20 usd/month"],
      ["--budget", "-20usd/month"],
      ["--budget", "1e3usd/month"],
      ["--budget", "20,5usd/month"],
      ["--budget", "0.0000001usd/day"],
      ["--budget", "usd/month"],
      ["--budget", "9999999999usd/month"],
      ["--allow", ""],
      ["--allow", "models/"],
      ["--deny", "g\u0435mini"],
      ["--deny", "x".repeat(129)],
      ["--accounts", "a b"],
      ["--expires", "0d"],
      ["--expires", "-1d"],
      ["--expires", "1y"],
      ["--expires", "999999w"],
      ["--expires", "2027-02-30"],
      ["--expires", "2999-01-31T10:00"],
      ["--expires", "2999-01-31T25:00Z"],
      ["--label", "x".repeat(65)],
      ["--label", "a\u001bb"],
      ["--tokens-per-day", "many"],
      ["--tokens-per-day", "999999999999M"],
      ["--budget", "20"],
      ["--budget", "20eur/month"],
      ["--budget", "0usd/day"],
      ["--budget", "20usd/year"],
      ["--allow", "a b"],
      ["--accounts", "home,"],
      ["--expires", "2020-01-01"],
      ["--expires", "tomorrow"],
      ["--expires", "2027-13-45"],
      ["--label", ""],
    ] as const
  ) {
    const { code, err } = await keys(["create", "ada", flag, value]);
    assert.equal(code, 2, `${flag} ${value}`);
    assert.match(err, new RegExp(`The value of ${flag} <\\w+> is wrong: It must`));
  }
  assert.equal((await keys(["list", "--json"])).out, "[]");
  assert.match((await keys(["create", "default"])).err, /must not be "default"/);
});

Deno.test("keys disable, enable and remove take patterns; rotate says until when the former one is valid", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  for (const name of ["team-a", "team-b", "other"]) await keys(["create", name]);
  assert.equal(
    (await keys(["disable", "team-*"])).out,
    'The key "team-a" is disabled\nThe key "team-b" is disabled',
  );
  async function states(): Promise<readonly string[]> {
    const listed: readonly { readonly state: string }[] = JSON.parse(
      (await keys(["list", "--json"])).out,
    );
    return listed.map(({ state }) => state);
  }
  assert.deepEqual(await states(), ["valid", "disabled", "disabled"]);
  await keys(["enable", "team-a"]);
  assert.deepEqual(await states(), ["valid", "valid", "disabled"]);
  assert.match((await keys(["disable", "no-*"])).err, /No key matches "no-\*"/);
  assert.match((await keys(["rotate", "other"])).out, /The former one is valid until \S+Z as well/);
  assert.match(
    (await keys(["rotate", "other", "--grace", "0"])).out,
    /The former one is not valid any more/,
  );
  assert.equal((await keys(["remove", "team-*"])).code, 2);
  const kept = await keys(["remove", "team-*"], { response: false });
  assert.match(kept.err, /Nothing was removed/);
  assert.match(kept.questions.join(), /Remove 2 keys \("team-a", "team-b"\)\?/);
  await keys(["remove", "team-*"], { response: true });
  assert.deepEqual(await states(), ["valid"]);
  assert.match((await keys(["show", "team-a"])).err, /There is no key "team-a"/);
});

Deno.test("keys create says with the first key what holds with auth.mode off, and with auth.api_key", async () => {
  const told = async (env: Record<string, string>) => {
    using folder = tempFolder();
    return (await on(folder)(["create", "ada"], { env })).out;
  };
  assert.match(
    await told({}),
    /from now on every request needs a key, also after the last one has expired or was removed\.$/,
  );
  assert.match(
    await told({ POLLUX_AUTH_MODE: "off" }),
    /No request needs one, because auth\.mode is off; in other modes, every request needs a key, also/,
  );
  const apiKey = { POLLUX_AUTH_API_KEY: "planted-gateway-key" };
  assert.match(
    await told(apiKey),
    /need a key already, because auth\.api_key is set, and that one/,
  );
  assert.match(await told({ ...apiKey, POLLUX_AUTH_MODE: "off" }), /because auth\.mode is off/);
});

Deno.test("keys disable and remove tell when no key opens the gateway any more", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  for (const name of ["ada", "bob"]) await keys(["create", name]);
  assert.equal((await keys(["remove", "ada", "--yes"])).err, "");
  assert.match(
    (await keys(["disable", "bob"])).err,
    /^No key is valid any more, so every request is/,
  );
  assert.equal((await keys(["disable", "bob"], { env: { POLLUX_AUTH_MODE: "off" } })).err, "");
  const env = { POLLUX_AUTH_API_KEY: "planted-gateway-key" };
  const removed = await keys(["remove", "bob", "--yes"], { env });
  assert.match(
    removed.err,
    /^No client key is valid any more; only auth\.api_key opens the gateway$/,
  );
});

Deno.test("keys create refuses names that cannot be shown or typed, and names that are taken", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  const wrong = [
    "a b",
    "",
    "ä",
    "a\u001b[31m",
    "a\nb",
    "a/b",
    "*",
    "x".repeat(65),
    "open",
    "a@b.example",
  ];
  for (const name of wrong) {
    const { code, err } = await keys(["create", name]);
    assert.equal(code, 1, name);
    assert.match(err, /^Error: A key's name (?:consists of|must not be)/, name);
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert.doesNotMatch(err, /[\x00-\x1f]/);
  }
  assert.equal((await keys(["create", "x".repeat(64)])).code, 0);
  const again = await keys(["create", "x".repeat(64)]);
  assert.equal(again.code, 1);
  assert.match(again.err, /A key "x{64}" already exists; choose another name, or replace its text/);
  assert.equal((await keys(["create", "-x"])).code, 2);
  assert.equal(JSON.parse((await keys(["list", "--json"])).out).length, 1);
});

Deno.test("Values of a repeatable option count once, and a hundred of the longest fit", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  const { out } = await keys(["create", "ada", "--label", "a,b", "--label", "a", "--json"]);
  assert.deepEqual(JSON.parse(out).labels, ["a", "b"]);
  const pattern = (nth: number) => String(nth).padStart(128, "x");
  const flags = (count: number) =>
    Array.from({ length: count }, (_, nth) => ["--allow", pattern(nth), "--deny", pattern(nth)])
      .flat();
  const labels = (flag: string) =>
    Array.from({ length: 100 }, (_, nth) => [flag, String(nth).padStart(64, "ä")]).flat();
  const most = [...flags(100), ...labels("--label"), ...labels("--accounts")];
  const { code, err } = await keys(["create", "most", ...most]);
  assert.equal(code, 0, err);
  assert.equal(JSON.parse((await keys(["show", "most", "--json"])).out).allow.length, 100);
  const tooMany = await keys(["create", "more", ...flags(101)]);
  assert.equal(tooMany.code, 2);
  assert.match(tooMany.err, /--allow <pattern> is wrong: It must be given at most 100 times/);
});

Deno.test("keys lists a thousand keys, ordered by their names", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  await keys(["create", "key-0000"]);
  {
    using store = await openStore({ dataDir: join(folder.path, "data") });
    const book = new KeyBook(store.clientKeys, Date);
    const settings = { labels: [], limits: {}, allow: [], deny: [], accounts: [] };
    for (let nth = 1; nth < 1000; nth++) {
      await book.create({ ...settings, name: `key-${String(nth).padStart(4, "0")}` });
    }
  }
  const { out } = await keys(["list"]);
  const names = out.split("\n").slice(1).map((line) => line.split(" ")[0]);
  assert.equal(names.length, 1000);
  assert.deepEqual(names, names.toSorted());
  assert.equal((await keys(["disable", "key-09*"])).out.split("\n").length, 100);
});

Deno.test("keys create and edit warn of --accounts that no account has", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  const home = ["accounts", "add", "gemini-api", "home", "--key-stdin"];
  const data = ["--data-dir", join(folder.path, "data")];
  assert.equal((await runAs({ input: "planted-key\n" }, [...home, ...data])).code, 0);
  const labelled = await runAs({}, ["accounts", "edit", "home", "--label", "team", ...data]);
  assert.equal(labelled.code, 0);
  assert.equal((await keys(["create", "a", "--accounts", "home,team"])).err, "");
  assert.match(
    (await keys(["create", "b", "--accounts", "hom,team"])).err,
    /^Warning: no account has the name or label "hom"\. The key uses the other ones$/,
  );
  const edited = await keys(["edit", "a", "--accounts", "x", "--accounts", "y", "--json"]);
  assert.match(edited.err, /label "x" or "y"\. Calls with the key are refused until one has$/);
  assert.deepEqual(JSON.parse(edited.out).accounts, ["x", "y"]);
  assert.equal((await keys(["edit", "a", "--no-accounts"])).err, "");
});

Deno.test("keys list fits into a narrow terminal, and hides nothing of what a key may do", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  const limits = ["--requests-per-minute", "30", "--tokens-per-day", "2M", "--max-concurrent", "4"];
  const rules = ["--allow", "gemini-*-flash*", "--accounts", "home", "--label", "team"];
  await keys(["create", "ada", ...limits, ...rules]);
  const { out } = await keys(["list"], { size: { columns: 60, rows: 24 } });
  for (const line of out.split("\n")) assert.ok(line.length <= 60, line);
  const text = out.replaceAll(/\s+/g, " ");
  assert.match(
    text,
    /^NAME KEY STATE ada plx_…\S+ valid 30 requests\/min, 2M tokens\/day, 4 at once; /,
  );
  assert.match(text, /; models gemini-\*-flash\*; accounts home; labels team/);
  const wide = await keys(["list"], { size: { columns: 200, rows: 24 } });
  assert.equal(wide.out, (await keys(["list"])).out);
  assert.match(wide.out, /^NAME +KEY +STATE +LIMITS +MODELS +ACCOUNTS +LABELS$/m);
});

Deno.test("keys edit says the new name of a key, and does not advise to rotate another key", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  for (const name of ["ada", "bob"]) await keys(["create", name]);
  assert.match((await keys(["edit", "ada", "--name", "eve"])).out, /^The key "ada" is now "eve"$/m);
  const taken = await keys(["edit", "eve", "--name", "bob"]);
  assert.match(taken.err, /A key "bob" already exists; choose another name$/m);
});

Deno.test("keys rotate warns that the new text of a disabled or expired key opens nothing", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  await keys(["create", "ada"]);
  await keys(["disable", "ada"]);
  const disabled = await keys(["rotate", "ada", "--key-only"]);
  assert.equal(formOf(disabled.out.trimEnd()), "key");
  assert.match(
    disabled.err,
    /"ada" is disabled, so its new text opens nothing: pollux keys enable ada$/m,
  );
  await keys(["enable", "ada"]);
  assert.equal((await keys(["rotate", "ada"])).err, "");
  {
    using store = await openStore({ dataDir: join(folder.path, "data") });
    await new KeyBook(store.clientKeys, Date).edit("ada", (key) => ({ ...key, expiresAtMs: 1 }));
  }
  const expired = await keys(["rotate", "ada"]);
  assert.match(expired.err, /"ada" is expired, .*: pollux keys edit ada --expires 30d$/m);
  assert.doesNotMatch(expired.out, /The former one is/);
});
