/** Live sessions of a whole gateway: served, and closed when it stops. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { LIVE_PATH, LiveClient } from "../support/live_client.ts";
import { within } from "../support/deadline.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

const LIMIT_MS = 30_000;

Deno.test("a gateway that stops closes its Live sessions with 1001 and a reason, at once", async () => {
  using folder = tempFolder();
  await using emulator = await startEmulator();
  const dataDir = `${folder.path}/data`;
  const words = ["accounts", "add", "gemini-api", "one", "--key-env", "E2E_KEY"];
  const added = await runPollux([...words, "--base-url", emulator.url], {
    dataDir,
    env: { E2E_KEY: emulator.addApiKey("one") },
  });
  assert.equal(added.code, 0, added.stderr);
  await using gateway = await startGateway({ dataDir });
  await using client = new LiveClient(gateway.url + LIVE_PATH);
  assert.deepEqual(await client.setUp(), { setupComplete: {} });
  assert.ok((await client.say("Hello")).length > 0);
  gateway.signal("SIGTERM");
  assert.deepEqual(await client.closed, {
    code: 1001,
    reason: "The gateway is stopping. Connect again",
  });
  const { code } = await within(LIMIT_MS, gateway.ended, { what: "The end" });
  assert.equal(code, 0);
});
