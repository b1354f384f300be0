/** `pollux serve` takes changes of its configuration over while it runs. @module */
import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import { type Gateway, runPollux, startGateway } from "../support/pollux_process.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { within } from "../support/deadline.ts";
import { call } from "../support/gemini_call.ts";
import { handIn } from "../support/hand_in.ts";

/** Far more than the two seconds that are promised: a busy machine must not fail the test. */
const LIMIT_MS = 30_000;

/** A gateway with one account, and the file that it reads. */
interface Served extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly gateway: Gateway;
  /** Writes the configuration anew. */
  write(yaml: string): void;
  /** Resolves when the log has such a line. */
  logged(line: RegExp): Promise<void>;
  /** The name of the model that a call went to. */
  modelOf(alias: string): Promise<string | null>;
  /** The details of the applied configurations in the audit log, newest first. */
  applied(): Promise<readonly string[]>;
  /** Stops the gateway, and gives its log, an entry a line. */
  stop(): Promise<readonly Record<string, unknown>[]>;
}

async function serveWith(
  yaml: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const emulator = await startEmulator();
  const folder = tempFolder();
  const options = { dataDir: `${folder.path}/data`, env: { KEY: emulator.addApiKey("only") } };
  const words = ["accounts", "add", "gemini-api", "only", "--key-env", "KEY"];
  const added = await runPollux([...words, "--base-url", emulator.url], options);
  assert.equal(added.code, 0, added.stderr);
  const path = handIn(folder.path, { name: "config.yaml", text: yaml });
  const gateway = await startGateway({ ...options, env, flags: ["--config", path] });
  return {
    emulator,
    gateway,
    write: (yaml) => Deno.writeTextFileSync(path, yaml),
    logged: (line) => within(LIMIT_MS, gateway.logged(line), { what: `${line}` }),
    async modelOf(alias) {
      const { status, headers, body } = await call(gateway.url, { model: alias });
      await body?.cancel();
      assert.equal(status, 200);
      return headers.get("x-pollux-model");
    },
    async applied() {
      const { code, stdout, stderr } = await runPollux(["audit", "--json"], options);
      assert.equal(code, 0, stderr);
      const entries: readonly Record<string, unknown>[] = JSON.parse(stdout);
      return entries.filter(({ action }) => action === "config.apply")
        .map(({ door, detail }) => `${door}: ${detail}`);
    },
    async stop() {
      gateway.signal("SIGTERM");
      const { code, stderr } = await gateway.ended;
      assert.equal(code, 0, stderr);
      return stderr.trim().split("\n").map((line) => JSON.parse(line));
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

async function statusWith(gateway: Gateway, key: string): Promise<number> {
  const { status, body } = await call(gateway.url, { headers: { "x-goog-api-key": key } });
  await body?.cancel();
  return status;
}

Deno.test("serve takes a changed file over by itself, and a stream in flight goes on as it began", async () => {
  await using served = await serveWith("models:\n  aliases: {fast: gemini-2.5-flash}\n");
  const { gateway, emulator } = served;
  assert.equal(await served.modelOf("fast"), "gemini-2.5-flash");
  emulator.script("only", [{ type: "ok", chunks: ["one", "two"], chunkDelayMs: 4000 }]);
  const begun = await call(gateway.url, { model: "fast", method: "streamGenerateContent" });
  served.write(
    "# others now\nmodels:\n  aliases: {fast: gemini-2.5-pro}\nauth:\n" +
      "  mode: strict\n  api_key: planted-key\ntimeouts: {idle: 1s}\n",
  );
  await served.logged(/in force: auth\.mode, auth\.api_key, timeouts\.idle, models\.aliases"/);
  assert.equal(await statusWith(gateway, "planted-key"), 200);
  assert.equal(await statusWith(gateway, "another"), 401);
  assert.match(await begun.text(), /"one"[^]*"two"/);
  assert.equal(begun.headers.get("x-pollux-model"), "gemini-2.5-flash");
  served.write("models:\n  aliases: {fast: gemini-2.5-pro}\n");
  await served.logged(/in force: auth\.mode, auth\.api_key, timeouts\.idle"/);
  assert.equal(await served.modelOf("fast"), "gemini-2.5-pro");
  assert.doesNotMatch(JSON.stringify(await served.stop()), /planted/);
  assert.deepEqual(await served.applied(), [
    "configuration: auth.mode, auth.api_key, timeouts.idle",
    "configuration: auth.mode, auth.api_key, timeouts.idle, models.aliases",
  ]);
});

Deno.test("serve refuses a broken file with line and reason, and the old stays in force", async () => {
  await using served = await serveWith("models:\n  aliases: {fast: gemini-2.5-flash}\n");
  const broken: Readonly<Record<string, RegExp>> = {
    "models: {aliases: {fast: gemini-2.5-pro}}\nserver:\n  prot: 1\n":
      /refused, the former one stays .*server: Unknown key: \\"prot\\"; did you mean \\"port\\"\? .*line 3\)/,
    "models: {aliases: {fast: gemini-2.5-pro}}\nlog:\n\n  level: loud\n":
      /refused, the former one stays .*log\.level: must be one of .*line 4\)/,
    "models:\n  aliases: {fast: gemini-2.5-pro\n":
      /refused, the former one stays .*Flow map .* at line 3, column 1"/,
  };
  for (const [yaml, line] of Object.entries(broken)) {
    served.write(yaml);
    await served.logged(line);
    assert.equal(await served.modelOf("fast"), "gemini-2.5-flash");
  }
  served.write("models: {aliases: {fast: gemini-2.5-pro}}\n");
  await served.logged(/in force: models\.aliases"/);
  assert.equal(await served.modelOf("fast"), "gemini-2.5-pro");
  const entries = await served.stop();
  assert.deepEqual(await served.applied(), ["configuration: models.aliases"]);
  const refusals = entries.filter(({ level }) => level === "error");
  assert.deepEqual(refusals.map(({ area }) => area), ["config", "config", "config"]);
});

Deno.test("serve says what needs a restart, and goes on where it listens", async () => {
  await using served = await serveWith("log: {level: info}\n");
  const { gateway } = served;
  // Were the address taken over, a key would be asked for.
  served.write("server: {host: 0.0.0.0, drain_timeout: 10s}\n");
  await served.logged(/in force: server\.drain_timeout"/);
  await served.logged(/"level":"warning","area":"config".*needs a restart for server\.host"/);
  assert.equal(await statusWith(gateway, ""), 200);
  served.write("server: {drain_timeout: 10s}\n");
  // What is again as it was at the start needs no restart.
  await served.logged(/in force: server\.host"/);
  const entries = await served.stop();
  const restarts = entries.filter(({ message }) => /needs a restart/.test(String(message)));
  assert.equal(restarts.length, 1);
});

Deno.test("serve keeps environment and flags over a changed file", async () => {
  await using served = await serveWith("log: {level: info}\n", {
    POLLUX_MODELS_ALIASES: "{fast: gemini-2.5-pro}",
  });
  served.write(
    "models: {aliases: {fast: gemini-2.5-flash}}\nserver: {port: 1}\nlog: {level: debug}\n",
  );
  await served.logged(/in force: log\.level"/);
  assert.equal(await served.modelOf("fast"), "gemini-2.5-pro");
  assert.doesNotMatch(JSON.stringify(await served.stop()), /restart/);
});

Deno.test("serve reads its configuration again at SIGHUP", async () => {
  await using served = await serveWith("log: {level: info}\n");
  served.gateway.signal("SIGHUP");
  await served.logged(
    /"level":"info","area":"config","message":"The configuration has not changed"/,
  );
  served.write("models: {aliases: {fast: gemini-2.5-pro}}\n");
  served.gateway.signal("SIGHUP");
  await served.logged(/in force: models\.aliases"/);
  assert.equal(await served.modelOf("fast"), "gemini-2.5-pro");
  await served.stop();
});

Deno.test("serve logs in another way when the file says so", async () => {
  await using served = await serveWith("log: {level: info, format: json}\n");
  served.write("log: {level: info, format: text}\n");
  await served.logged(/^.*\[info\] pollux\.config: .* in force: log\.format$/m);
  await served.modelOf("gemini-2.5-flash");
  await served.logged(/^.*\[info\] pollux\.calls: generateContent gemini-2\.5-flash /m);
  // What is told at the level that is left shows that the change has been made.
  served.write("log: {level: warning, format: text}\nserver: {host: localhost}\n");
  await served.logged(/^.*\[warning\] pollux\.config: .* needs a restart for server\.host$/m);
  await served.modelOf("gemini-2.5-pro");
  served.gateway.signal("SIGTERM");
  const { code, stderr } = await served.gateway.ended;
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /gemini-2\.5-pro/);
});

Deno.test("serve takes over a file whose end of bodies is over, with a warning", async () => {
  await using served = await serveWith("log: {level: info}\n");
  served.write(
    "log: {bodies_until: 2020-01-31T18:00:00Z}\nmodels: {aliases: {fast: gemini-2.5-pro}}\n",
  );
  await served.logged(/in force: models\.aliases, log\.bodies_until"/);
  assert.equal(await served.modelOf("fast"), "gemini-2.5-pro");
  const warnings = (await served.stop()).filter(({ level }) => level === "warning");
  assert.match(String(warnings[0]?.["message"]), /^log\.bodies_until names a time in the past/);
  assert.equal(warnings.length, 1);
});
