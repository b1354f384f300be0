/** `pollux status`, as a process beside the gateway's. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { RUN_FLAGS } from "../../../scripts/run_flags.ts";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { type PolluxOptions, runPollux, startGateway } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { within } from "../../support/deadline.ts";
import { call } from "../../support/gemini_call.ts";
import { handIn } from "../../support/hand_in.ts";
import { keepPrinted } from "../../support/keep_printed.ts";
import { runAs } from "../../support/fake_terminal.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** For whatever a busy machine may do in the meantime, in ms. */
const PATIENCE_MS = 20_000;

/** An emulated Google, and a data folder with accounts there. */
async function openPlace(names: readonly string[]) {
  const emulator = await startEmulator();
  const folder = tempFolder();
  const options: PolluxOptions = { dataDir: `${folder.path}/data` };
  for (const name of names) {
    const file = handIn(folder.path, { name, text: emulator.addApiKey(name) });
    const words = ["accounts", "add", "gemini-api", name, "--key-file", file];
    const { code, stderr } = await runPollux([...words, "--base-url", emulator.url], options);
    assert.equal(code, 0, stderr);
  }
  return {
    emulator,
    options,
    async [Symbol.asyncDispose]() {
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}

async function assertNotRunning(options: PolluxOptions): Promise<void> {
  const { code, stdout, stderr } = await runPollux(["status"], options);
  assert.deepEqual([code, stdout], [3, ""]);
  assert.equal(
    stderr,
    `Error: No gateway runs on the data folder "${options.dataDir}". Start one: pollux serve; ` +
      "or name another folder with --data-dir\n",
  );
}

Deno.test("status tells how each account stands, while the gateway runs, and exits with 3 otherwise", async () => {
  await using place = await openPlace(["one", "two"]);
  const { emulator, options } = place;
  await assertNotRunning(options);
  emulator.always("one", { type: "429-long", hours: 9 });
  {
    await using gateway = await startGateway(options);
    await (await call(gateway.url)).text();
    // The environment's proxy is for Google, not for the gateway.
    const proxied = { ...options, env: { HTTP_PROXY: "http://127.0.0.1:9", ALL_PROXY: "" } };
    const table = await runPollux(["status"], proxied);
    assert.equal(table.code, 0, table.stderr);
    const [totals, calls, , headings = "", one = "", model = "", two = "", , ...quotas] = table
      .stdout.split("\n");
    assert.deepEqual([totals, calls], [
      "Accounts: 2 (1 failing for some models, 1 available)",
      "Calls:    0 in flight, 0 wait for a busy account",
    ]);
    assert.match(quotas.join("\n"), /^QUOTA OF .*\none +gemini-2\.5-flash +0% .* spent /);
    assert.match(headings, /^ACCOUNT +STATE +UNTIL +IN FLIGHT +LAST SUCCESS +WHY$/);
    assert.match(one, /^one +available +0$/);
    assert.match(
      model,
      /^ {2}gemini-2\.5-flash +cooling down +.*\(in .+\) +You exceeded your/,
    );
    assert.match(two, /^two +available +0 +(just now|\d+s ago)$/);

    const json = await runPollux(["status", "--json"], options);
    assert.deepEqual([json.code, json.stderr], [0, ""]);
    const { accounts } = JSON.parse(json.stdout);
    assert.equal(accounts[0].models[0].state, "cooling");
    assert.equal(accounts[1].callsInFlight, 0);
    assert.ok(Date.parse(accounts[1].lastSuccess) > 0);

    const { adminKey } = JSON.parse(await Deno.readTextFile(`${options.dataDir}/gateway.json`));
    gateway.signal("SIGTERM");
    const ended = await gateway.ended;
    assert.equal(ended.code, 0, ended.stderr);
    for (const { stdout, stderr } of [table, json, ended]) {
      assert.ok(!(stdout + stderr).includes(adminKey));
    }
  }
  await assertNotRunning(options);
  await assert.rejects(Deno.stat(`${options.dataDir}/gateway.json`), Deno.errors.NotFound);
});

Deno.test("status does not take a gateway of another folder for one that was killed", async () => {
  await using place = await openPlace([]);
  const { options } = place;
  {
    await using gateway = await startGateway(options);
    gateway.signal("SIGKILL");
    await gateway.ended;
  }
  const path = `${options.dataDir}/gateway.json`;
  const left = JSON.parse(await Deno.readTextFile(path));
  await assertNotRunning(options);
  await using other = await startGateway({ dataDir: `${options.dataDir}.other` });
  // As if the other gateway had been given the same port.
  await Deno.writeTextFile(path, JSON.stringify({ ...left, url: other.url }));
  await assertNotRunning(options);
});

Deno.test("serve listens on every address, and status finds it on loopback", async () => {
  await using place = await openPlace([]);
  const { dataDir } = place.options;
  // Without a key, it would not start where others can reach it.
  await runPollux(["keys", "create", "ada"], place.options);
  const child = startPollux(["serve", "--host=0.0.0.0", "--port=0"], dataDir);
  const codes: number[] = [];
  const { stdout } = await readLines(child, 1, async () => {
    codes.push((await runPollux(["status"], place.options)).code);
    child.kill("SIGTERM");
  });
  assert.match(stdout, /^Pollux listens on http:\/\/0\.0\.0\.0:/);
  assert.deepEqual(codes, [0]);
});

for (const json of [true, false]) {
  Deno.test(`status --watch goes on ${json ? "in lines of JSON" : "in tables"}, and ends at Ctrl+C without a stack`, async () => {
    await using place = await openPlace(["one"]);
    const { options } = place;
    await using _gateway = await startGateway(options);
    const child = startPollux(["status", "--watch", ...(json ? ["--json"] : [])], options.dataDir);
    const { signal, stdout, stderr } = await readLines(
      child,
      json ? 2 : 11,
      () => child.kill("SIGINT"),
    );
    assert.deepEqual([signal, stderr], ["SIGINT", ""]);
    if (json) {
      for (const line of stdout.trim().split("\n")) {
        assert.equal(JSON.parse(line).accounts[0].name, "one");
      }
    } else {
      assert.match(stdout, /^(Accounts: .*\nCalls: .*\n\nACCOUNT .*\none +available +0\n\n){2}/);
    }
  });
}

Deno.test("status --watch redraws a terminal, and ends with exit code 3 when the gateway does", async () => {
  await using place = await openPlace(["one"]);
  const { options } = place;
  await using gateway = await startGateway(options);
  const shown: string[] = [];
  const watching = runAs({
    response: true,
    onPrint(text) {
      if (text.startsWith("Error:")) return;
      shown.push(text);
      if (shown.length === 2) gateway.signal("SIGTERM");
    },
  }, ["status", "--watch", "--data-dir", options.dataDir]);
  const { code, err } = await within(PATIENCE_MS, watching, { what: "The end" });
  assert.equal(code, 3);
  assert.match(err, /^Error: No gateway runs on the data folder /);
  assert.ok(shown.length >= 2);
  for (const text of shown) {
    assert.ok(
      text.startsWith(`\x1b[H\x1b[JPollux at ${gateway.url}; Ctrl+C ends this\n\nAccounts: `),
    );
  }
});

Deno.test("status --help names the exit code, and an unknown flag is a wrong call", async () => {
  const help = await runAs({}, ["status", "--help"]);
  assert.match(help.out, /exit code is 3 if no gateway runs/);
  assert.equal((await runAs({}, ["status", "--whatever"])).code, 2);
});

function startPollux(words: readonly string[], dataDir: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...RUN_FLAGS, "main.ts", ...words, `--data-dir=${dataDir}`],
    cwd: ROOT,
    env: { NO_COLOR: "1", XDG_CONFIG_HOME: `${dataDir}.config` },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Reads a process's output; `then` is called once it has so many lines. Resolves at its end. */
async function readLines(
  child: Deno.ChildProcess,
  lines: number,
  then: () => void | Promise<void>,
) {
  const complaints = new Response(child.stderr).text();
  let stdout = "";
  let wasCalled = false;
  const read = async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      stdout += text;
      if (wasCalled || stdout.split("\n").length <= lines) continue;
      wasCalled = true;
      await then();
    }
  };
  await within(PATIENCE_MS, read(), { what: `The end of "${stdout}"` });
  const [stderr, { signal }] = await Promise.all([complaints, child.status]);
  keepPrinted(stdout + stderr);
  return { signal, stdout, stderr };
}
