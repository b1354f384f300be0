/** What `pollux serve` logs of calls: by area, and bodies only where their end is set. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const PROMPT = "What do the Dioscuri protect?";

/** The lines of a gateway that answered one call and could not read another, by area. */
async function logOf(env: Readonly<Record<string, string>>): Promise<Record<string, unknown>[]> {
  using folder = tempFolder();
  await using google = await startEmulator();
  const options = { dataDir: `${folder.path}/data`, env };
  const add = ["accounts", "add", "gemini-api", "one", "--key-env", "TEST_KEY"];
  const { code, stderr } = await runPollux([...add, "--base-url", google.url], {
    ...options,
    env: { TEST_KEY: google.addApiKey("one") },
  });
  assert.equal(code, 0, stderr);
  await using gateway = await startGateway(options);
  for (const body of [JSON.stringify({ contents: [{ parts: [{ text: PROMPT }] }] }), "{"]) {
    const response = await fetch(
      `${gateway.url}/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse`,
      { method: "POST", body },
    );
    await response.text();
  }
  gateway.signal("SIGTERM");
  return (await gateway.ended).stderr.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

Deno.test("serve logs one line for a call, with everything that is known of it, and no body", async () => {
  const lines = await logOf({});
  assert.doesNotMatch(JSON.stringify(lines), /Dioscuri/);
  const calls = lines.filter(({ area }) => area === "calls");
  assert.deepEqual(calls.map(({ level, status }) => [level, status]), [
    ["info", 200],
    ["warning", 400],
  ]);
  const [{ requestId, firstByteMs, durationMs, tokensIn, tokensOut, ...call } = {}] = calls;
  assert.match(String(requestId), /^[0-9a-f-]{36}$/);
  for (const number of [firstByteMs, durationMs, tokensIn, tokensOut]) {
    assert.equal(typeof number, "number");
  }
  assert.deepEqual(
    [call["method"], call["model"], call["account"], call["attempts"]],
    ["streamGenerateContent", "gemini-2.5-flash", "one", 1],
  );
});

Deno.test("serve logs areas at their own levels, and bodies until their end, with a warning", async () => {
  const lines = await logOf({
    POLLUX_LOG_LEVELS: "{calls: warning, gateway: warning}",
    POLLUX_LOG_BODIES_UNTIL: "2999-01-01T00:00:00Z",
  });
  const told = lines.map(({ area, level }) => [area, level]);
  assert.deepEqual(told, [
    ["gateway", "warning"],
    ["bodies", "debug"],
    ["bodies", "debug"],
    ["calls", "warning"],
  ]);
  assert.match(String(lines[0]?.["message"]), /^Request bodies are logged until 2999-/);
  assert.match(String(lines[1]?.["message"]), /^Body of request \S+, \d+ bytes: \{.*Dioscuri/);
});

Deno.test("serve starts with an end of bodies that is over, logs none, and says once that it is over", async () => {
  const lines = await logOf({ POLLUX_LOG_BODIES_UNTIL: "2020-01-31T18:00:00Z" });
  assert.doesNotMatch(JSON.stringify(lines), /Dioscuri/);
  const told = lines.filter(({ message }) => /log\.bodies_until/.test(String(message)));
  assert.deepEqual(told.map(({ area, level }) => [area, level]), [["gateway", "warning"]]);
});

Deno.test("serve logs once that many wrong keys come from an address, behind a trusted proxy from the client's", async () => {
  using folder = tempFolder();
  const env = {
    POLLUX_AUTH_API_KEY: "planted-gateway-key",
    POLLUX_SERVER_TRUSTED_PROXIES: "127.0.0.0/8",
  };
  await using gateway = await startGateway({ dataDir: `${folder.path}/data`, env });
  async function ask(key: string, address: string): Promise<Response> {
    const headers = { "x-goog-api-key": key, "x-forwarded-for": address };
    const response = await fetch(`${gateway.url}/v1beta/models`, { headers });
    await response.body?.cancel();
    return response;
  }
  for (let nth = 0; nth < 10; nth++) {
    assert.equal((await ask("planted-wrong-key", "203.0.113.7")).status, 401);
  }
  for (let nth = 0; nth < 3; nth++) {
    assert.equal((await ask("planted-wrong-key", "203.0.113.7")).status, 429);
  }
  assert.equal((await ask("planted-wrong-key", "203.0.113.8")).status, 401);
  // There is no account, but the key is right.
  assert.equal((await ask("planted-gateway-key", "203.0.113.7")).status, 400);
  gateway.signal("SIGTERM");
  const { stderr } = await gateway.ended;
  assert.deepEqual(stderr.match(/Many wrong keys come from [\d.]+/g), [
    "Many wrong keys come from 203.0.113.7",
  ]);
});
