/** `/metrics` of a running gateway, as Prometheus with a key of its own reads it. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { call } from "../support/gemini_call.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";
import { Scrape } from "../support/prometheus_text.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { until } from "../support/until.ts";

const FLASH = "gemini-2.5-flash";

Deno.test("Prometheus reads a gateway's metrics with a key that may do nothing else", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const dataDir = `${folder.path}/data`;
  const options = { dataDir, env: { KEY: emulator.addApiKey("one") } };
  const words = ["accounts", "add", "gemini-api", "one", "--key-env", "KEY"];
  const added = await runPollux([...words, "--base-url", emulator.url], options);
  assert.equal(added.code, 0, added.stderr);
  async function keyNamed(name: string, ...more: string[]): Promise<string> {
    const made = await runPollux(["keys", "create", name, "--json", ...more], options);
    assert.equal(made.code, 0, made.stderr);
    return JSON.parse(made.stdout).key;
  }
  const team = await keyNamed("team");
  const reader = await keyNamed("prometheus", "--may", "metrics");
  await using gateway = await startGateway(options);
  const { url } = gateway;
  const read = (key: string) =>
    fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });

  for (const key of [team, "planted-wrong-key"]) {
    const refused = await read(key);
    await refused.body?.cancel();
    assert.equal(refused.status, key === team ? 403 : 401);
  }
  const refused = await call(url, { headers: { "x-goog-api-key": reader } });
  await refused.body?.cancel();
  assert.equal(refused.status, 403);
  const headers = { "x-goog-api-key": team };
  for (let nth = 0; nth < 3; nth++) {
    const response = await call(url, { headers, text: `${nth}` });
    assert.equal(response.status, 200, await response.text());
  }
  const response = await read(reader);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  const scrape = new Scrape(text);
  const calls = { key: "team", model: FLASH, method: "generateContent", code: "200" };
  assert.equal(scrape.sum("pollux_requests_total", calls), 3);
  assert.equal(scrape.sum("pollux_upstream_requests_total", { account: "one", model: FLASH }), 3);
  assert.equal(scrape.sum("pollux_account_available", { account: "one" }), 1);
  assert.equal(scrape.sum("pollux_overhead_seconds_count"), 3);
  const counted = emulator.counted().reduce((sum, { output }) => sum + output, 0);
  assert.equal(scrape.sum("pollux_tokens_total", { key: "team", type: "output" }), counted);
  assert.ok(scrape.sum("pollux_cost_usd_total", { key: "team", account: "one", model: FLASH }) > 0);
  assert.ok(!text.includes(team.slice(4, 12)) && !text.includes(reader.slice(4, 12)));

  // What was used is stored within about a second.
  await until(async () => {
    const now = new Scrape(await (await read(reader)).text());
    return now.sum("pollux_usage_write_lag_seconds") === 0;
  }, { what: "The write of the usage" });
});
