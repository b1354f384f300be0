/** A gateway whose environment names no home, as under some service managers and in containers. @module */
import assert from "node:assert/strict";
import { tempFolder } from "../support/temp_folder.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";

Deno.test("serve and other commands work with nothing but POLLUX_DATA_DIR in the environment", async () => {
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, isBare: true };
  await using gateway = await startGateway(options);
  const response = await fetch(`${gateway.url}/healthz`);
  assert.equal((await response.json()).status, "ok");
  for (const words of ["status", "doctor", "config check", "config show", "accounts list"]) {
    const { code, stderr } = await runPollux(words.split(" "), options);
    assert.notEqual(code, 1, `${words}: ${stderr}`);
  }
  gateway.signal("SIGTERM");
  const { code } = await gateway.ended;
  assert.equal(code, 0);
});
