/** `pollux demo` as a process: it works as shown, whatever the user has configured. @module */
import assert from "node:assert/strict";
import { startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("demo says that answers are made up, and prints lines to paste with its own address", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({ dataDir: `${folder.path}/data` }, "demo");
  gateway.signal("SIGTERM");
  const { code, stdout, stderr } = await gateway.ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /an emulator inside makes up every response, not Google/);
  for (const start of [`curl ${gateway.url}/v1beta/models/`, "pip install", "npm install"]) {
    assert.ok(stdout.includes(`\n  ${start}`), start);
  }
  assert.equal(stdout.split(gateway.url).length - 1, 4, stdout);
  assert.equal(stderr, "");
});

Deno.test("demo answers as pasted, whatever settings and keys the environment holds", async () => {
  using folder = tempFolder();
  const data = `${folder.path}/data`;
  const env = {
    POLLUX_AUTH_MODE: "strict",
    POLLUX_SERVER_PORT: "nonsense",
    POLLUX_MODELS_ALIASES: "{broken",
    GEMINI_API_KEY: "planted-key",
  };
  await Deno.mkdir(`${data}.config/pollux`, { recursive: true });
  await Deno.writeTextFile(`${data}.config/pollux/config.yaml`, "broken: [");
  await using gateway = await startGateway({ dataDir: data, env }, "demo");
  const response = await fetch(`${gateway.url}/v1beta/models/gemini-2.5-flash:generateContent`, {
    method: "POST",
    // As curl labels what it posts.
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: '{"contents": [{"parts": [{"text": "Hello, Pollux!"}]}]}',
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  assert.ok(answer.candidates[0].content.parts[0].text.length > 0);
  assert.equal(response.headers.get("x-pollux-account"), "demo");
});
