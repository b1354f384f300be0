/** `pollux doctor` as a user sees it. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AccountBook } from "../../../src/accounts/account_book.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { runAs } from "../../support/fake_terminal.ts";

/** A user with a data folder and a configuration of their own. */
function userOf(path: string) {
  const dataDir = join(path, "data");
  const env = { HOME: path, APPDATA: path, POLLUX_SERVER_PORT: "0" };
  return {
    path,
    dataDir,
    run: (args: readonly string[], more: { input?: string; env?: Record<string, string> } = {}) =>
      runAs({ ...more, env: { ...env, ...more.env } }, [...args, "--data-dir", dataDir]),
  };
}

async function addKeyed(user: ReturnType<typeof userOf>, google: Emulator, name: string) {
  const { code, err } = await user.run(
    ["accounts", "add", "gemini-api", name, "--key-stdin", "--base-url", google.url],
    { input: google.addApiKey(name) },
  );
  assert.equal(code, 0, err);
}

async function addUser(user: ReturnType<typeof userOf>, google: Emulator, name: string) {
  const file = handIn(user.path, {
    name: "user.json",
    text: JSON.stringify(google.addUser(name)),
  });
  const { code, err } = await user.run(
    ["accounts", "add", "code-assist", name, "--credentials", file, "--base-url", google.url]
      .concat("--yes"),
  );
  assert.equal(code, 0, err);
}

Deno.test("doctor finds all well with working accounts, and exits with 0", async () => {
  using folder = tempFolder();
  await using google = await startEmulator();
  const user = userOf(folder.path);
  await addKeyed(user, google, "one");
  await addUser(user, google, "two");
  const { code, out, err } = await user.run(["doctor"]);
  assert.equal(code, 0, out);
  assert.equal(err, "");
  for (const line of ['account: "one" works, ', 'account: "two" works, ', "clock: It agrees"]) {
    assert.ok(out.includes(line), out);
  }
  assert.match(out, new RegExp(`^ok +upstream: ${RegExp.escape(google.url)} can be reached$`, "m"));
  assert.match(out, /\nAll is well$/);
});

Deno.test("doctor exits with 3 where there are only warnings, as without an account", async () => {
  using folder = tempFolder();
  const user = userOf(folder.path);
  const { code, out } = await user.run(["doctor"]);
  assert.equal(code, 3);
  assert.match(out, /^WARNING {2}account: There is no account.*\n +What to do: Add one: pollux/m);
  assert.match(out, /\nFound: 1 warning, \d notes$/);
});

Deno.test("doctor says how to enable an account where none is enabled", async () => {
  using folder = tempFolder();
  await using google = await startEmulator();
  const user = userOf(folder.path);
  await addKeyed(user, google, "one");
  await user.run(["accounts", "disable", "one"]);
  const { code, out } = await user.run(["doctor"]);
  assert.equal(code, 3);
  assert.match(
    out,
    /^WARNING {2}account: No account is enabled: .*\n +What to do: Enable one: pollux/m,
  );
  assert.doesNotMatch(out, /There is no account/);
});

Deno.test("doctor exits with 4 where there are errors, and --json has each with its remedy", async () => {
  using folder = tempFolder();
  await using google = await startEmulator();
  const user = userOf(folder.path);
  await addKeyed(user, google, "good");
  await addUser(user, google, "gone");
  google.revokeUser("gone");
  const { code, out } = await user.run(["doctor", "--json"]);
  assert.equal(code, 4);
  const { worst, findings } = JSON.parse(out);
  assert.equal(worst, "error");
  const errors = findings.filter((one: Record<string, unknown>) => one["severity"] === "error");
  assert.equal(errors.length, 1, out);
  assert.match(errors[0].message, /^"gone" does not work: .*invalid_grant/);
  const renewal =
    /To sign in again: "pollux login code-assist gone"; or with a file: .*remove gone/;
  assert.match(errors[0].remedy, renewal);
  const again = await user.run(["doctor"]);
  assert.equal(again.code, 3);
  assert.match(again.out, /WARNING {2}account: "gone" was disabled by Pollux: /);
  assert.match(again.out, renewal);
  assert.match(again.out, /To try it as it is: "pollux accounts enable gone"/);
});

Deno.test("doctor tries no account whose upstream cannot be reached, and notes what is disabled", async () => {
  using folder = tempFolder();
  const user = userOf(folder.path);
  const google = await startEmulator();
  await addKeyed(user, google, "one");
  await addKeyed(user, google, "two");
  await google.close();
  await user.run(["accounts", "disable", "two"]);
  const { code, out } = await user.run(["doctor"]);
  assert.equal(code, 4);
  assert.match(out, /^ERROR {4}upstream: .* cannot be reached: the connection is refused/m);
  assert.match(
    out,
    /^note {5}account: "one" was not tried, because its upstream cannot be reached$/m,
  );
  assert.match(out, /^note {5}account: "two" is disabled; /m);
});

Deno.test("doctor prints no address, whoever names one", async () => {
  using folder = tempFolder();
  await using google = await startEmulator();
  const user = userOf(folder.path);
  await addKeyed(user, google, "one");
  {
    using store = await openStore({ dataDir: user.dataDir });
    const book = new AccountBook(store.accounts, Date);
    const { id } = await book.get("one");
    const disabledReason = "ada@example.com is suspended";
    await book.update(id, { enabled: false, disabledReason });
  }
  for (const args of [["doctor"], ["doctor", "--json"]]) {
    const { out, err } = await user.run(args);
    assert.match(out, /was disabled by Pollux: .* is suspended/);
    assert.doesNotMatch(out + err, /example\.com/);
  }
});

Deno.test("doctor goes on where the configuration or the store cannot be used", async () => {
  using folder = tempFolder();
  await using google = await startEmulator();
  const user = userOf(folder.path);
  await addKeyed(user, google, "one");
  await Deno.remove(join(user.dataDir, "pollux.key"));
  const { code, out } = await user.run(["doctor"], { env: { POLLUX_LOG_LEVEL: "loud" } });
  assert.equal(code, 4);
  assert.match(out, /^ERROR {4}configuration: Cannot use the configuration:$/m);
  assert.match(out, /^ERROR {4}key: .* is missing, /m);
  assert.match(out, /^note {5}account: .* were not tried, because the store cannot be used$/m);
  assert.doesNotMatch(out, /There is no account/);
});

Deno.test("doctor --help names its exit codes", async () => {
  const { code, out } = await runAs({}, ["doctor", "--help"]);
  assert.equal(code, 0);
  assert.match(out.replace(/\s+/g, " "), /0 if all is well, 3 with warnings, 4 with errors/);
});
