/**
 * Data folders that earlier releases wrote, opened by this version: nothing in them is lost.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../../src/store/open_store.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { startTestUpstream } from "../../support/test_upstream.ts";
import { runPollux, startGateway } from "../../support/pollux_process.ts";
import {
  accountsOfConversations,
  CONVERSATIONS,
  RESTING_MODEL,
  type UpgradeFixture,
  upgradeFixtures,
} from "./upgrade_fixture.ts";

/** What a release's own executable said of its folder. */
interface Facts {
  readonly accounts: readonly { readonly name: string; readonly kind: string }[];
  readonly conversations: Readonly<Record<string, string>>;
}

/** A copy of the folder, since opening it may bring it up to date. */
function copied({ path }: UpgradeFixture, to: string): { dataDir: string; config: string } {
  const dataDir = join(to, "data");
  Deno.mkdirSync(dataDir, { mode: 0o700 });
  for (const name of ["pollux.db", "pollux.key"]) {
    const bytes = Deno.readFileSync(join(path, name));
    Deno.writeFileSync(join(dataDir, name), bytes, { mode: 0o600 });
  }
  return { dataDir, config: join(path, "config.yaml") };
}

function factsOf({ path }: UpgradeFixture): Facts {
  return JSON.parse(Deno.readTextFileSync(join(path, "facts.json")));
}

for (const fixture of upgradeFixtures()) {
  const { version } = fixture;

  Deno.test(`accounts and settings of ${version} are whole`, async () => {
    using folder = tempFolder();
    const { dataDir, config } = copied(fixture, folder.path);
    const listed = await runPollux(["accounts", "list", "--json"], { dataDir });
    assert.equal(listed.code, 0, listed.stderr);
    const { accounts } = factsOf(fixture);
    assert.equal(accounts.length, 5);
    for (const [index, account] of JSON.parse(listed.stdout).entries()) {
      // A later version may tell more of an account, but nothing else.
      assert.deepEqual({ ...account, ...accounts[index] }, account);
    }
    const checked = await runPollux(["config", "check", config], { dataDir });
    assert.equal(checked.code, 0, checked.stderr);
  });

  Deno.test(`secrets of ${version} open`, async () => {
    using folder = tempFolder();
    const { dataDir } = copied(fixture, folder.path);
    using store = await openStore({ dataDir });
    const rows = await store.accounts.list();
    assert.deepEqual(
      rows.filter(({ secret }) => secret === undefined).map(({ name }) => name),
      [],
    );
    const secretOf = (account: string) => rows.find(({ name }) => name === account)?.secret ?? "";
    assert.ok(secretOf("one").includes("key-of-one"));
    assert.ok(secretOf("cloud").includes("PRIVATE KEY"));
    assert.ok(secretOf("cloud").includes("password-of-proxy"));
    assert.ok(secretOf("work").includes("refreshToken"));
  });

  Deno.test(`conversations and rests of ${version} go on`, async () => {
    using folder = tempFolder();
    const { dataDir, config } = copied(fixture, folder.path);
    await using google = startTestUpstream();
    for (const name of ["one", "two", "three"]) {
      const words = ["accounts", "edit", name, "--base-url", google.url];
      const { code, stderr } = await runPollux(words, { dataDir });
      assert.equal(code, 0, stderr);
    }
    await using gateway = await startGateway({ dataDir, flags: ["--config", config] });
    const countCalls = () => google.seen.filter(({ method }) => method === "POST").length;
    // Not in the order in which accounts that remember nothing would be chosen.
    const conversations = CONVERSATIONS.toReversed();
    assert.deepEqual(
      await accountsOfConversations(gateway.url, conversations),
      factsOf(fixture).conversations,
    );
    assert.equal(countCalls(), 3);
    const refused = await call(gateway.url, { model: RESTING_MODEL });
    assert.equal((await errorOf(refused)).code, 429);
    assert.equal(countCalls(), 3);
  });
}
