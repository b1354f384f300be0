import assert from "node:assert/strict";
import { join } from "node:path";
import { formOf } from "../../../src/keys/key_text.ts";
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

Deno.test("keys rejects values that mean nothing, and changes nothing then", async () => {
  using folder = tempFolder();
  const keys = on(folder);
  for (
    const [flag, value] of [
      ["--requests-per-minute", "0"],
      ["--requests-per-minute", "-1"],
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
