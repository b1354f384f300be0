/** `pollux serve` as a process: what it says, when it refuses to start, how it stops. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import {
  type Gateway,
  type PolluxOptions,
  runPollux,
  startGateway,
} from "../../support/pollux_process.ts";
import { handIn } from "../../support/hand_in.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const PROMPT = "What do the Dioscuri protect?";

/** Adds an account of that name, whose upstream is the emulator. */
async function addAccount(emulator: Emulator, name: string, options: PolluxOptions): Promise<void> {
  const words = ["accounts", "add", "gemini-api", name, "--key-env", "TEST_KEY"];
  const { code, stderr } = await runPollux([...words, "--base-url", emulator.url], {
    ...options,
    env: { TEST_KEY: emulator.addApiKey(name) },
  });
  assert.equal(code, 0, stderr);
}

function post(
  { url }: Gateway,
  method: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/v1beta/models/${method}`, {
    method: "POST",
    headers,
    body: JSON.stringify({ contents: [{ parts: [{ text: PROMPT }] }] }),
  });
}

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

/** Stops a gateway, and gives what it printed. */
async function stop(gateway: Gateway): Promise<{ stdout: string; stderr: string }> {
  gateway.signal("SIGTERM");
  const { code, ...printed } = await gateway.ended;
  assert.equal(code, 0, printed.stderr);
  return printed;
}

Deno.test("serve prints its address and, without an account, the commands that add one", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({ dataDir: `${folder.path}/data` });
  assert.equal(await statusOf(fetch(`${gateway.url}/healthz`)), 200);
  const { stdout, stderr } = await stop(gateway);
  const [address, key, account] = stdout.split("\n");
  assert.equal(address, `Pollux listens on ${gateway.url}`);
  assert.match(
    key ?? "",
    /^Clients need no key, except for requests that a proxy or a tunnel forw/,
  );
  assert.match(account ?? "", /^It has no account yet/);
  for (const kind of ["gemini-api", "vertex", "code-assist"]) {
    assert.match(stdout, new RegExp(`^  pollux accounts add ${kind} NAME`, "m"));
  }
  assert.match(stdout, /pollux demo$/m);
  assert.doesNotMatch(stderr, /WARNING|Error/);
});

Deno.test("serve says how to enable an account where every one is disabled", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  for (const name of ["first", "second"]) {
    await addAccount(emulator, name, options);
    assert.equal((await runPollux(["accounts", "disable", name], options)).code, 0);
  }
  await using gateway = await startGateway(options);
  const { stdout } = await stop(gateway);
  assert.match(
    stdout,
    /^It has no account in use, so it cannot serve requests: 2 are disabled\.$/m,
  );
  assert.match(stdout, /^ {2}pollux accounts enable NAME$/m);
  assert.doesNotMatch(stdout, /accounts add/);
});

Deno.test("serve says through how many accounts it answers, and logs calls without their content", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  await addAccount(emulator, "first", options);
  await addAccount(emulator, "second", options);
  await using gateway = await startGateway(options);
  assert.equal(await statusOf(post(gateway, "gemini-2.5-flash:generateContent")), 200);
  const { stdout, stderr } = await stop(gateway);
  assert.match(stdout, /^It serves requests through 2 accounts$/m);
  const entries = stderr.trim().split("\n").map((line) => JSON.parse(line));
  const call = entries.find(({ method }) => method === "generateContent");
  assert.equal(call.model, "gemini-2.5-flash");
  assert.equal(call.status, 200);
  assert.ok(["first", "second"].includes(call.account));
  assert.doesNotMatch(stderr, /Dioscuri|AQ\./);
});

Deno.test("serve warns loudly when it asks for a key and has none, and refuses every request", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({
    dataDir: `${folder.path}/data`,
    env: { POLLUX_AUTH_MODE: "strict" },
  });
  assert.equal(await statusOf(fetch(`${gateway.url}/healthz`)), 401);
  const key = { "x-goog-api-key": "any" };
  assert.equal(await statusOf(post(gateway, "gemini-2.5-flash:generateContent", key)), 401);
  const { stderr } = await stop(gateway);
  assert.match(stderr, /^WARNING: this gateway asks for a key, but there is none/m);
  assert.match(stderr, /pollux keys create NAME.*POLLUX_AUTH_API_KEY/);
});

Deno.test("serve warns where others can call without a key, and of a key in a file that others can read", async () => {
  using folder = tempFolder();
  const text = "server:\n  allowed_hosts: [gateway.example]\n" +
    "auth:\n  mode: off\n  api_key: planted-key\n";
  const path = handIn(folder.path, { name: "config.yaml", text });
  if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o644);
  await using gateway = await startGateway({
    dataDir: `${folder.path}/data`,
    flags: ["--config", path, "--host", "[::1]"],
  });
  assert.match(gateway.url, /^http:\/\/\[::1\]:\d+$/);
  assert.equal(await statusOf(fetch(`${gateway.url}/healthz`)), 200);
  const { stdout, stderr } = await stop(gateway);
  assert.match(stderr, /^WARNING: clients need no key, and others.*"gateway\.example"/m);
  assert.match(stdout, /^No client needs a key, because auth\.mode is off$/m);
  if (Deno.build.os === "windows") return;
  assert.match(stderr, /^WARNING: Other users can read auth\.api_key: .*permissions 644\.$/m);
});

Deno.test("serve takes its key from the environment, warns of nothing and never prints it", async () => {
  using folder = tempFolder();
  await using gateway = await startGateway({
    dataDir: `${folder.path}/data`,
    env: { POLLUX_AUTH_MODE: "strict", POLLUX_AUTH_API_KEY: "planted-key" },
  });
  assert.equal(await statusOf(fetch(`${gateway.url}/healthz`)), 401);
  const key = { "x-goog-api-key": "planted-key" };
  assert.equal(await statusOf(fetch(`${gateway.url}/healthz`, { headers: key })), 200);
  assert.equal(await statusOf(fetch(`${gateway.url}/healthz?key=planted-key`)), 200);
  const { stdout, stderr } = await stop(gateway);
  assert.doesNotMatch(stdout + stderr, /WARNING|planted/);
});

Deno.test("serve answers through the key in the environment while there is no account", async () => {
  using folder = tempFolder();
  for (const name of ["GEMINI_API_KEY", "GOOGLE_API_KEY"]) {
    // Nothing is asked of this gateway: the key's upstream is Google.
    const env = { [name]: "planted-key" };
    await using gateway = await startGateway({ dataDir: `${folder.path}/data`, env });
    const { stdout, stderr } = await stop(gateway);
    assert.match(stdout, /^It serves requests through 1 account$/m);
    assert.doesNotMatch(stdout + stderr, /planted/);
  }
});

Deno.test("serve leaves the key in the environment alone once there is an account", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, env: { GEMINI_API_KEY: "planted-key" } };
  await addAccount(emulator, "stored", options);
  await using gateway = await startGateway(options);
  for (let call = 0; call < 3; call++) {
    const response = await post(gateway, "gemini-2.5-flash:generateContent");
    await response.body?.cancel();
    assert.equal(response.headers.get("x-pollux-account"), "stored");
  }
  assert.match((await stop(gateway)).stdout, /^It serves requests through 1 account$/m);
});

Deno.test("serve reads the configuration file of the user's own folder", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  await addAccount(emulator, "only", options);
  // The process is told to look for configuration beside its data.
  const configFolder = `${options.dataDir}.config/pollux`;
  await Deno.mkdir(configFolder, { recursive: true });
  await Deno.writeTextFile(
    `${configFolder}/config.yaml`,
    "models:\n  aliases:\n    fast: gemini-2.5-flash\nlog:\n  format: text\n",
  );
  await using gateway = await startGateway(options);
  const response = await post(gateway, "fast:generateContent");
  await response.body?.cancel();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-pollux-model"), "gemini-2.5-flash");
  const { stderr } = await stop(gateway);
  assert.match(stderr, /\[info\] pollux\.calls: generateContent gemini-2\.5-flash via only: 200/);
});

interface Refusal {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly words: RegExp;
}

/** Without a key, serve refuses to listen where others reach it. */
const WITH_KEY = { POLLUX_AUTH_API_KEY: "planted-key" };

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "a setting cannot be used": {
    env: { POLLUX_LOG_LEVEL: "loud" },
    words: /^Error: Cannot use the configuration:\n {2}log\.level: .* \(in POLLUX_LOG_LEVEL\)\n$/,
  },
  "aliases are broken YAML": {
    env: { POLLUX_MODELS_ALIASES: "{a: b" },
    words:
      /^Error: Cannot use the configuration:\n {2}models\.aliases: .*POLLUX_MODELS_ALIASES\)\n$/,
  },
  "the configuration file that was named is missing": {
    args: ["--config", "/nowhere/pollux.yaml"],
    words: /^Error: .* "\/nowhere\/pollux\.yaml": it does not exist\..*\n$/,
  },
  "the name to listen on belongs to no machine": {
    // RFC 2606: a name that nobody has.
    args: ["--host", "pollux.invalid"],
    env: WITH_KEY,
    words: /^Error: Cannot listen on pollux\.invalid:0: .+\. Check --host, or server\.host\n$/,
  },
  "the machine has no such address": {
    // RFC 5737: an address for documentation, which no machine has.
    args: ["--host", "203.0.113.1"],
    env: WITH_KEY,
    words: /^Error: Cannot listen on 203\.0\.113\.1:0: this machine has no such address\..*\n$/,
  },
};

for (const [why, { args = [], env = {}, words }] of Object.entries(REFUSALS)) {
  Deno.test(`serve exits with 1 and says why when ${why}`, async () => {
    using folder = tempFolder();
    const options = { dataDir: `${folder.path}/data`, env };
    const { code, stdout, stderr } = await runPollux(["serve", "--port", "0", ...args], options);
    assert.equal(code, 1);
    assert.match(stderr, words);
    assert.equal(stdout, "");
  });
}
