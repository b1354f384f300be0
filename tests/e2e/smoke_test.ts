/**
 * The least that must work on every machine that Pollux is made for, Windows too: no signals, no file
 * modes.
 *
 * @module
 */
import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { tempFolder } from "../support/temp_folder.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";

Deno.test("Pollux knows its version and keeps an account", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, env: { SMOKE_KEY: "planted-smoke-key" } };
  const version = await runPollux(["version"], options);
  assert.equal(version.stdout, `pollux ${manifest.version}\n`, version.stderr);
  const words = ["accounts", "add", "gemini-api", "home", "--key-env", "SMOKE_KEY"];
  const added = await runPollux(words, options);
  assert.equal(added.code, 0, added.stderr);
  const listed = await runPollux(["accounts", "list"], options);
  assert.match(listed.stdout, /\bhome\b/, listed.stderr);
});

Deno.test("Pollux answers a call and a stream", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({ dataDir: `${folder.path}/data` }, "demo");
  const body = JSON.stringify({ contents: [{ parts: [{ text: "Hello, Pollux!" }] }] });
  const model = `${gateway.url}/v1beta/models/gemini-2.5-flash`;
  const whole = await fetch(`${model}:generateContent`, { method: "POST", body });
  const response = await whole.text();
  assert.equal(whole.status, 200, response);
  assert.match(response, /Hello, Pollux!/);
  const stream = await fetch(`${model}:streamGenerateContent?alt=sse`, { method: "POST", body });
  assert.match(await stream.text(), /^(data: \{"candidates".*\}\n\n)+$/);
});
