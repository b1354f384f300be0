/** `pollux explain`, as a process beside the gateway's. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { call } from "../../support/gemini_call.ts";
import { runAs } from "../../support/fake_terminal.ts";
import { handIn } from "../../support/hand_in.ts";
import { runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("explain tells why a call went where it went, as text and as JSON, while the gateway runs", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  for (const name of ["one", "two"]) {
    const file = handIn(folder.path, { name, text: emulator.addApiKey(name) });
    const words = ["accounts", "add", "gemini-api", name, "--key-file", file];
    const { code, stderr } = await runPollux([...words, "--base-url", emulator.url], options);
    assert.equal(code, 0, stderr);
  }
  const stopped = await runPollux(["explain", crypto.randomUUID()], options);
  assert.deepEqual([stopped.code, stopped.stdout], [3, ""]);
  emulator.always("one", { type: "429-long", hours: 9 });
  await using gateway = await startGateway(options);
  const response = await call(gateway.url);
  assert.equal(response.status, 200, await response.text());
  const id = response.headers.get("x-request-id") ?? "";

  const text = await runPollux(["explain", id], options);
  assert.deepEqual([text.code, text.stderr], [0, ""]);
  assert.match(
    text.stdout,
    new RegExp(`^Call +${id}\nRequest +generateContent gemini-2\\.5-flash, `),
  );
  assert.match(text.stdout, /^Result +200: first byte after [\d,]+ ms, all of it after [\d,]+ ms/m);
  assert.match(text.stdout, /^Account +"two": by the strategy .*recognized by the beginning of /m);
  assert.match(text.stdout, /^Tokens +\d+ in the prompt/m);
  assert.match(text.stdout, /^Cost +\$[\d.]+, estimated, prices of \d{4}-/m);
  assert.match(text.stdout, /^AFTER +TOOK +WAITED FOR +RESULT$/m);
  assert.match(text.stdout, /ms +the response of "one" +429; .*RESOURCE_EXHAUSTED: You exceeded/);
  assert.match(text.stdout, /ms +the response of "two" +200$/m);
  assert.match(text.stdout, /^1 +two +it was not its turn\n2 +one +was tried$/m);

  const json = await runPollux(["explain", id.toUpperCase(), "--json"], options);
  assert.deepEqual([json.code, json.stderr], [0, ""]);
  const { attempts, tokens, costUsd } = JSON.parse(json.stdout);
  assert.deepEqual(attempts.map(({ status }: { status: number }) => status), [429, 200]);
  assert.ok(tokens.prompt > 0 && costUsd > 0);

  const unknown = await runPollux(["explain", crypto.randomUUID()], options);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /^Error: No call with the id "[0-9a-f-]+" is known\. .*10,000/);
  for (const part of [id.slice(0, 8), id.slice(0, -1), `${id}0`, "../status", "plx_secret"]) {
    const { code, out, err } = await runAs({}, ["explain", part]);
    assert.deepEqual([code, out], [2, ""], part);
    assert.match(err, /^Error: That is not the whole id of a call, which has 36 characters/);
    assert.ok(!err.includes(part), err);
  }
  // As copied from a log line.
  for (const copied of [`${id})`, `"requestId":"${id}",`, `x-request-id: ${id}`]) {
    const { code, out } = await runAs({}, ["explain", copied, "--data-dir", options.dataDir]);
    assert.deepEqual([code, out.split("\n")[0]], [0, `Call     ${id}`], copied);
  }
  const nothing = await runPollux(["explain"], options);
  assert.equal(nothing.code, 2);
  if (Deno.env.get("SHOW")) console.log(text.stdout);
});
