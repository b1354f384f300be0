/**
 * The metrics of a gateway, checked by Prometheus' own tool.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startMeasured } from "../daemon/metrics/metrics_bed.ts";
import { call } from "../support/gemini_call.ts";
import { limitedKeys, withKey } from "../support/limited_keys.ts";
import { testUnless } from "../support/left_out.ts";
import { runTool } from "./run_tool.ts";

const version = await runTool("promtool", { args: ["--version"] });
const NO_PROMTOOL = version.success
  ? undefined
  : { reason: 'no "promtool" on the PATH; Debian has it in the package "prometheus"' };

testUnless(NO_PROMTOOL, "promtool finds no fault in the metrics of a gateway", async () => {
  const clientKeys = limitedKeys({ team: {}, small: { limits: { tokensPerDay: 1 } } });
  await using gateway = await startMeasured({
    clientKeys,
    accounts: { one: "gemini-api", two: "vertex" },
  });
  const { url, emulator } = gateway;
  const empty = await gateway.scrape(0);
  emulator.script("one", [{ type: "429-long", hours: 1 }]);
  const calls = [
    { headers: withKey("team") },
    { headers: withKey("team"), method: "streamGenerateContent", query: "?alt=sse" } as const,
    { headers: withKey("team"), model: 'made"up\\' },
    { headers: withKey("small") },
    { headers: withKey("small") },
  ];
  for (const options of calls) await (await call(url, options)).text();
  const scrape = await gateway.scrape(calls.length);
  for (const { text } of [empty, scrape]) {
    const checked = await runTool("promtool", { args: ["check", "metrics"], input: text });
    assert.deepEqual([checked.success, checked.stderr], [true, ""], checked.stdout);
  }
});

testUnless(NO_PROMTOOL, "promtool finds the faults that it is asked for", async () => {
  const input = "# HELP some_count Some.\n# TYPE some_count counter\nsome_count 1\n";
  const checked = await runTool("promtool", { args: ["check", "metrics"], input });
  assert.equal(checked.success, false);
});
