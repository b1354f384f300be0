/**
 * What keeps a gateway in hand, as processes: doctor, status and the log's line for a call.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { runPollux, startGateway } from "../support/pollux_process.ts";

const MODEL = "gemini-2.5-flash";

Deno.test("doctor, status and the log tell how a running gateway fares", async () => {
  using folder = tempFolder();
  await using google = await startEmulator();
  const dataDir = `${folder.path}/data`;
  const key = google.addApiKey("one");
  const words = ["accounts", "add", "gemini-api", "one", "--key-env", "E2E_KEY"];
  const added = await runPollux([...words, "--base-url", google.url], {
    dataDir,
    env: { E2E_KEY: key },
  });
  assert.equal(added.code, 0, added.stderr);
  assert.equal((await runPollux(["status"], { dataDir })).code, 3);

  await using gateway = await startGateway({ dataDir });
  const response = await fetch(`${gateway.url}/v1beta/models/${MODEL}:streamGenerateContent`, {
    method: "POST",
    body: JSON.stringify({ contents: [{ parts: [{ text: "Hello, Pollux!" }] }] }),
  });
  await response.text();
  assert.equal(response.status, 200);

  const status = await runPollux(["status", "--json"], { dataDir });
  assert.equal(status.code, 0, status.stderr);
  const { accounts } = JSON.parse(status.stdout);
  assert.equal(accounts.length, 1);
  assert.equal(accounts[0].name, "one");

  const doctor = await runPollux(["doctor", "--json"], { dataDir });
  assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);
  const { findings } = JSON.parse(doctor.stdout);
  const checks = new Set(findings.map(({ check }: { readonly check: string }) => check));
  for (const check of ["key", "port", "clock", "account", "exposure"]) {
    assert.ok(checks.has(check), `Nothing is found of "${check}": ${[...checks]}`);
  }

  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  assert.equal(code, 0);
  const lines: Record<string, unknown>[] = stderr.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  const line = lines.find((line) => line["area"] === "calls" && line["model"] === MODEL);
  assert.equal(line?.["requestId"], response.headers.get("x-request-id"));
  assert.deepEqual([line?.["account"], line?.["status"], line?.["attempts"]], ["one", 200, 1]);
  for (const name of ["firstByteMs", "durationMs", "tokensIn", "tokensOut"]) {
    assert.equal(typeof line?.[name], "number", name);
  }
});
