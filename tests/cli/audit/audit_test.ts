/** What `pollux audit` shows of changes by commands. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as z from "zod";
import { displayWidth } from "../../../src/cli/terminal/display_width.ts";
import { type FakeUser, runAs } from "../../support/fake_terminal.ts";
import { planted } from "../../support/planted.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const entriesSchema = z.array(z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  door: z.literal("command"),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
}));

function on(folder: { readonly path: string }) {
  return (args: readonly string[], user: FakeUser = {}) =>
    runAs(user, [...args, "--data-dir", join(folder.path, "data")]);
}

Deno.test("audit shows what commands changed, newest first, and no secret", async () => {
  using folder = tempFolder();
  const pollux = on(folder);
  assert.equal((await pollux(["audit"])).out.trim(), "No entries");
  const env = { KEY: planted("key") };
  await pollux(["accounts", "add", "gemini-api", "home", "--key-env", "KEY"], { env });
  const created = await pollux(["keys", "create", "ada", "--requests-per-minute", "60", "--json"]);
  await pollux(["keys", "edit", "ada", "--requests-per-minute", "30"]);
  await pollux(["accounts", "remove", "home", "--yes"]);
  const { out, code } = await pollux(["audit"]);
  assert.equal(code, 0);
  const lines = out.trimEnd().split("\n").map((line) => line.replace(/\S+Z  +/, "").split(/ {2,}/));
  assert.deepEqual(lines, [
    ["TIME", "DOOR", "ACTION", "SUBJECT", "DETAIL"],
    ["command", "accounts.remove", "home"],
    ["command", "keys.edit", "ada", "limits.requestsPerMinute 60 → 30"],
    ["command", "keys.create", "ada", "limits.requestsPerMinute 60"],
    ["command", "accounts.add", "home", 'kind "gemini-api"'],
  ]);
  const json = (await pollux(["audit", "--json"])).out;
  const entries = entriesSchema.parse(JSON.parse(json));
  assert.equal(entries.length, 4);
  const text: unknown = JSON.parse(created.out).key;
  assert.ok(typeof text === "string" && !json.includes(text));
});

Deno.test("audit limits the entries, and fits the terminal", async () => {
  using folder = tempFolder();
  const pollux = on(folder);
  const models = Array.from({ length: 20 }, (_, nth) => ["--allow", `gemini-${nth}-*`]).flat();
  for (const name of ["ada", "bob", "eve"]) await pollux(["keys", "create", name, ...models]);
  const limited = await pollux(["audit", "--limit", "2"]);
  assert.match(limited.out, /eve(.|\n)*bob(.|\n)*… older ones with --limit/);
  assert.doesNotMatch(limited.out, /ada/);
  assert.doesNotMatch((await pollux(["audit", "--limit", "3"])).out, /…/);
  assert.equal(JSON.parse((await pollux(["audit", "--limit", "2", "--json"])).out).length, 2);
  for (const columns of [50, 80, 120]) {
    const { out } = await pollux(["audit"], { size: { columns, rows: 24 } });
    for (const line of out.trimEnd().split("\n")) {
      assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
    }
    assert.match(out, /keys\.create/);
  }
  assert.match((await pollux(["audit", "--since", "1h"])).out, /ada/);
});

Deno.test("audit refuses a limit and a time that are none", async () => {
  using folder = tempFolder();
  const pollux = on(folder);
  for (const limit of ["0", "-1", "1.5", "many", "1e3", "99999999999999999999"]) {
    const { code, err } = await pollux(["audit", "--limit", limit]);
    assert.equal(code, 2, limit);
    assert.match(err, /whole number above 0/);
  }
  assert.equal((await pollux(["audit", "--since", "yesterday"])).code, 2);
  const { code, err } = await pollux(["audit", "--since", "2999-01-01"]);
  assert.equal(code, 2);
  assert.match(err, /must be before now/);
});
