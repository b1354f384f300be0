/** `pollux models`, as a process beside the gateway's. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { handIn } from "../../support/hand_in.ts";
import { runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("models shows the running gateway's catalogue, and exits with 3 where none runs", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  const none = await runPollux(["models"], options);
  assert.deepEqual([none.code, none.stdout], [3, ""]);
  assert.match(
    none.stderr,
    /^Error: No gateway runs on .* Start one: pollux serve; or name another/,
  );

  const file = handIn(folder.path, { name: "one", text: emulator.addApiKey("one") });
  const words = ["accounts", "add", "gemini-api", "one", "--key-file", file];
  const added = await runPollux([...words, "--base-url", emulator.url], options);
  assert.equal(added.code, 0, added.stderr);
  await using _gateway = await startGateway(options);
  const table = await runPollux(["models"], options);
  assert.deepEqual([table.code, table.stderr], [0, ""]);
  assert.match(table.stdout, /^MODEL .*ACCOUNTS +METHODS\n/);
  assert.match(table.stdout, /^gemini-2\.5-flash +one +generateContent, countTokens/m);
  assert.match(table.stdout, /^one +gemini-api +\d+ +(just now|\d+ seconds? ago)$/m);
  const json = await runPollux(["models", "--json"], options);
  assert.deepEqual([json.code, json.stderr], [0, ""]);
  const { models, lists } = JSON.parse(json.stdout);
  assert.deepEqual(models[0].offers[0].accounts, ["one"]);
  assert.ok(Date.parse(lists[0].listed) > 0);
});
