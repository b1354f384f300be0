/**
 * Nothing of a secret shows outside of a whole life of Pollux: in what it prints, in what the system
 * tells of its process, in its responses or in its files.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { findPlanted, hasPlanted } from "../../scripts/find_planted.ts";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { call } from "../support/gemini_call.ts";
import { handIn } from "../support/hand_in.ts";
import { planted } from "../support/planted.ts";
import { type PolluxOptions, runPollux, startGateway } from "../support/pollux_process.ts";

/** What the system shows to everybody of a process: its title and arguments. */
async function shownOf(pid: number): Promise<string> {
  if (Deno.build.os === "linux") {
    const [title, args] = ["comm", "cmdline"].map((name) =>
      Deno.readTextFile(`/proc/${pid}/${name}`)
    );
    return `${await title}${await args}`;
  }
  const args = ["-o", "comm=,args=", "-p", String(pid)];
  const { stdout } = await new Deno.Command("ps", { args }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("Accounts that are added, listed, used, refused and disabled show no secret anywhere", async () => {
  await using emulator = await startEmulator();
  using folder = tempFolder();
  const key = planted("gateway-key");
  const options: PolluxOptions = {
    dataDir: `${folder.path}/data`,
    env: {
      POLLUX_AUTH_MODE: "strict",
      POLLUX_AUTH_API_KEY: key,
      E2E_KEY: emulator.addApiKey("keyed"),
    },
  };
  const shown: string[] = [];
  async function pollux(...words: string[]): Promise<void> {
    const { stdout, stderr } = await runPollux(words, options);
    shown.push(stdout, stderr);
  }

  const url = ["--base-url", emulator.url];
  await pollux("accounts", "add", "gemini-api", "keyed", "--key-env", "E2E_KEY", ...url);
  for (const name of ["signed-in", "revoked"]) {
    const text = JSON.stringify(emulator.addUser(name, { rotates: true }));
    const file = handIn(folder.path, { name: `${name}.json`, text });
    await pollux("accounts", "add", "code-assist", name, "--credentials", file, "--yes", ...url);
  }
  await pollux("accounts", "add", "gemini-api", "third", `--key=${planted("typed")}`);
  emulator.revokeUser("revoked");
  emulator.script("keyed", ["403-validation", "400-key-invalid", "html-502"]);
  emulator.script("signed-in", ["401-expired", "403-validation", "reset"]);
  {
    await using gateway = await startGateway(options);
    const stats = await shownOf(gateway.pid);
    assert.match(stats, /pollux|main\.ts/);
    shown.push(stats);
    for (
      const headers of [{}, { "x-goog-api-key": planted("wrong-key") }, { "x-goog-api-key": key }]
    ) {
      for (let turn = 0; turn < 6; turn++) {
        const response = await call(gateway.url, { headers, text: `Call ${turn}` });
        shown.push(JSON.stringify([...response.headers]), await response.text());
      }
    }
    gateway.signal("SIGTERM");
    const { code, stdout, stderr } = await gateway.ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /"failure"/);
    shown.push(stdout, stderr);
  }
  await pollux("accounts", "list");
  await pollux("accounts", "test");
  for (const words of [["list"], ["show", "revoked"], ["test"]]) {
    await pollux("accounts", ...words, "--json");
  }
  const all = shown.join("\n");
  assert.match(all, /signed-in: works/);
  assert.match(all, /invalid_grant/);
  assert.ok(!hasPlanted(Buffer.from(all)), all);
  const { leaks, handedIn } = await findPlanted(folder.path);
  assert.deepEqual(leaks, []);
  assert.equal(handedIn, 2);
});
