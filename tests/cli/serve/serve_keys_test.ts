/** `pollux keys` beside `pollux serve`, as two processes. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { call, errorOf } from "../../support/gemini_call.ts";
import { type PolluxOptions, runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { until } from "../../support/until.ts";

async function addAccount(emulator: Emulator, options: PolluxOptions): Promise<void> {
  const env = { KEY: emulator.addApiKey("one") };
  const words = ["accounts", "add", "gemini-api", "one", "--key-env", "KEY"];
  const added = await runPollux([...words, "--base-url", emulator.url], { ...options, env });
  assert.equal(added.code, 0, added.stderr);
}

Deno.test("What keys creates, changes, disables, rotates and removes reaches a running gateway", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  await addAccount(emulator, options);
  await using gateway = await startGateway(options);
  async function keys(...words: readonly string[]) {
    const { code, stdout, stderr } = await runPollux(["keys", ...words, "--json"], options);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }
  /** What a call gets: its status, and the message of an error. */
  async function told(key: string): Promise<string> {
    const headers: Record<string, string> = key === "" ? {} : { "x-goog-api-key": key };
    const response = await call(gateway.url, { headers });
    if (response.status !== 200) return `${response.status} ${(await errorOf(response)).message}`;
    await response.body?.cancel();
    return "200";
  }
  // The limit is far more than the two seconds that are promised: a busy machine must not fail the test.
  const gets = (key: string, expected: RegExp) =>
    until(async () => expected.test(await told(key)), { what: String(expected) });
  await gets("", /^200$/);
  const { key } = await keys("create", "ada");
  await gets(key, /^200$/);
  await gets("", /^401 This gateway asks for its key/);
  await keys("edit", "ada", "--deny", "gemini-*");
  await gets(key, /^403 The key "ada" may not use the model/);
  await keys("edit", "ada", "--no-deny", "--name", "eve");
  await gets(key, /^200$/);
  await keys("disable", "eve");
  await gets(key, /^401 The key "eve" is disabled/);
  await keys("enable", "eve");
  await gets(key, /^200$/);
  const rotated = await keys("rotate", "eve", "--grace", "0");
  await gets(key, /^401 The key "eve" was replaced/);
  await gets(rotated.key, /^200$/);
  await keys("remove", "eve", "--yes");
  await gets(rotated.key, /^401 The key "eve" was removed/);
  // The first key was made once.
  assert.match(await told(""), /^401/);
});
