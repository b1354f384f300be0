/**
 * What Deno traces of Pollux's own requests.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startOtlpReceiver } from "../../support/otlp_receiver.ts";
import { planted } from "../../support/planted.ts";

Deno.test("The span of a request that failed has no URL in it, and no message that names one", async () => {
  await using receiver = startOtlpReceiver();
  const program = fileURLToPath(new URL("quiet_program.ts", import.meta.url));
  const url = `http://127.0.0.1:1/${planted("path")}?key=${planted("key")}`;
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, url],
    env: { OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    stdout: "null",
    stderr: "null",
  }).output();
  assert.equal(code, 0);
  const [span] = receiver.spans;
  assert.equal(span?.attributes["url.full"], "http://127.0.0.1:1");
  assert.deepEqual([span.status, span.message], [2, ""]);
  assert.doesNotMatch(receiver.raw, /planted/);
});
