/**
 * What large bodies cost the gateway's process. Linux, which tells a process's peak.
 *
 * @module
 */
import assert from "node:assert/strict";
import { said } from "../support/gemini_call.ts";
import { startTestUpstream } from "../support/test_upstream.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";
import { NOT_ON_LINUX, testUnless } from "../support/left_out.ts";

const MIB = 1024 * 1024;
const CLIENTS = 16;
const BODY_BYTES = 49 * MIB;
const MOST_MIB = 1024;

/** What is changed about a body is changed in a copy. */
const REQUESTS = { "as they came": {}, "with edits": { sessionId: "s" } };

for (const [what, more] of Object.entries(REQUESTS)) {
  testUnless(
    NOT_ON_LINUX,
    `Sixteen clients with 49 MiB each are answered within 1 GiB of memory, ${what}`,
    async () => {
      const dataDir = await Deno.makeTempDir();
      await using upstream = startTestUpstream();
      const added = await runPollux(
        ["accounts", "add", "gemini-api", "one", "--key-env", "KEY", "--base-url", upstream.url],
        { dataDir, env: { KEY: "planted-key" } },
      );
      assert.equal(added.code, 0, added.stderr);
      {
        await using gateway = await startGateway({ dataDir });
        const body = new Blob([JSON.stringify({ ...said("x".repeat(BODY_BYTES)), ...more })]);
        const target = `${gateway.url}/v1beta/models/gemini-2.5-flash:generateContent`;
        const statuses = await Promise.all(Array.from({ length: CLIENTS }, async () => {
          const response = await fetch(target, { method: "POST", body });
          await response.body?.cancel();
          return response.status;
        }));
        assert.deepEqual(statuses, Array(CLIENTS).fill(200));
        const status = await Deno.readTextFile(`/proc/${gateway.pid}/status`);
        const peakMib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
        assert.ok(peakMib < MOST_MIB, `${peakMib} MiB`);
      }
      await Deno.remove(dataDir, { recursive: true });
    },
  );
}
