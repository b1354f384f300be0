/**
 * The metrics of a gateway, checked by Prometheus' own tool.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { MOST_VALUES } from "../../../src/telemetry/metrics/label_values.ts";
import { startMeasured } from "../../daemon/metrics/metrics_bed.ts";
import { call } from "../../support/gemini_call.ts";
import { limitedKeys, withKey } from "../../support/limited_keys.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { testUnless } from "../../support/left_out.ts";
import { blocksFor } from "../documents/shown_blocks.ts";
import { runTool } from "../run_tool.ts";
import { ALERTS, expressions } from "./expressions.ts";

const version = await runTool("promtool", { args: ["--version"] });
const NO_PROMTOOL = version.success
  ? undefined
  : { reason: 'no "promtool" on the PATH; Debian has it in the package "prometheus"' };

testUnless(NO_PROMTOOL, "promtool finds no fault in any metric of a gateway", async () => {
  const clientKeys = limitedKeys({ team: {}, small: { limits: { tokensPerDay: 1 } } });
  await using gateway = await startMeasured({
    clientKeys,
    accounts: { one: "gemini-api", two: "gemini-api" },
  });
  const { url, emulator, metrics } = gateway;
  const empty = await gateway.scrape(0);
  emulator.script("one", [{ type: "429-long", hours: 1 }]);
  const stream = { method: "streamGenerateContent", query: "?alt=sse" } as const;
  const team = { headers: withKey("team") };
  const calls = [
    ...[team, team, { ...team, ...stream }, { ...team, model: 'made"up\\' }],
    ...[{ ...team, model: "gemini-2.5-pro" }, { headers: withKey("small") }],
    { headers: withKey("small") },
  ];
  for (const options of calls) await (await call(url, options)).text();
  for (const name of ["one", "two"]) {
    emulator.script(name, [{ type: "error-mid-stream", afterEvents: 2 }]);
  }
  await (await call(url, { ...team, ...stream, text: "It breaks" })).text();
  for (let nth = 0; nth <= MOST_VALUES; nth++) metrics.observer.keys.of(`key-${nth}`);
  const scrape = await gateway.scrape(calls.length + 1);
  // promtool judges only metrics with samples.
  assert.deepEqual(
    [...scrape.metrics.values()].filter(({ samples }) => samples.length === 0)
      .map(({ name }) => name),
    [],
  );
  for (const { text } of [empty, scrape]) {
    const checked = await runTool("promtool", { args: ["check", "metrics"], input: text });
    assert.deepEqual([checked.success, checked.stderr], [true, ""], checked.stdout);
  }
});

testUnless(
  NO_PROMTOOL,
  "promtool finds no fault in the alert rules, which fire as they should",
  async () => {
    const checked = await runTool("promtool", { args: ["check", "rules", ALERTS] });
    assert.ok(checked.success, checked.stdout + checked.stderr);
    const tests = fileURLToPath(new URL("alerts_test.yml", import.meta.url));
    const tested = await runTool("promtool", { args: ["test", "rules", tests] });
    assert.ok(tested.success, tested.stdout + tested.stderr);
    const { tests: cases } = parse(await Deno.readTextFile(tests));
    const fired = new Set(
      cases.flatMap(({ alert_rule_test }: { alert_rule_test: AlertTest[] }) =>
        alert_rule_test.filter(({ exp_alerts }) => exp_alerts).map(({ alertname }) => alertname)
      ),
    );
    const { groups } = parse(await Deno.readTextFile(ALERTS));
    const alerts = groups[0].rules.map(({ alert }: { alert: string }) => alert);
    assert.deepEqual([...fired].sort(), alerts.sort());
  },
);

testUnless(
  NO_PROMTOOL,
  "promtool reads every expression, and the settings of Prometheus",
  async () => {
    using folder = tempFolder();
    const rules = expressions().map(({ text }, nth) => ({ record: `some:${nth}`, expr: text }));
    const file = `${folder.path}/rules.yml`;
    await Deno.writeTextFile(file, stringify({ groups: [{ name: "all", rules }] }));
    const read = await runTool("promtool", { args: ["check", "rules", file] });
    assert.ok(read.success, read.stdout + read.stderr);

    const [settings] = blocksFor("prometheus");
    const config = `${folder.path}/prometheus.yml`;
    await Deno.writeTextFile(config, settings?.text ?? "");
    const args = ["check", "config", "--syntax-only", config];
    const checked = await runTool("promtool", { args });
    assert.ok(checked.success, checked.stdout + checked.stderr);
  },
);

/** A case of `promtool test rules`. */
interface AlertTest {
  readonly alertname: string;
  readonly exp_alerts?: readonly unknown[];
}

testUnless(NO_PROMTOOL, "promtool finds the faults that it is asked for", async () => {
  const input = "# HELP some_count Some.\n# TYPE some_count counter\nsome_count 1\n";
  const checked = await runTool("promtool", { args: ["check", "metrics"], input });
  assert.equal(checked.success, false);
});
