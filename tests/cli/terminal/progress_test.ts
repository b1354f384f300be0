/** Progress: shown to whoever waits for more than a second at a terminal, and to nobody else. @module */
import assert from "node:assert/strict";
import { withProgress } from "../../../src/cli/terminal/progress.ts";
import { polluxCommand, runPollux } from "../../support/pollux_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { handIn } from "../../support/hand_in.ts";
import { planted } from "../../support/planted.ts";
import { noTerminal, runAtTerminal } from "../../support/pty.ts";
import { leaveOut } from "../../support/left_out.ts";

/** What is kept waiting is kept for longer than the second after which progress is shown, in ms. */
const SLOW_MS = 2500;

/** A passing line that lets a test wait for it. */
function watchedLine() {
  const lines: string[] = [];
  const firstShown = Promise.withResolvers<void>();
  return {
    lines,
    firstShown: firstShown.promise,
    terminal: {
      progressLine(line: string): void {
        lines.push(line);
        firstShown.resolve();
      },
    },
  };
}

Deno.test("withProgress() tells what takes long, how far it is, and clears the line", async () => {
  const { lines, firstShown, terminal } = watchedLine();
  const result = await withProgress(async (reached) => {
    reached("1 of 2 answered");
    await firstShown;
    return "done";
  }, { what: "Asking", terminal });
  assert.equal(result, "done");
  assert.match(lines[0] ?? "", /^Asking… 1 of 2 answered, \d+ s$/);
  assert.equal(lines.at(-1), "");
});

Deno.test("withProgress() shows nothing for what is quick, and passes an error on", async () => {
  const { lines, terminal } = watchedLine();
  const failing = withProgress(() => Promise.reject(new Error("It failed")), {
    what: "Asking",
    terminal,
  });
  await assert.rejects(failing, /^Error: It failed$/);
  assert.deepEqual(lines.filter((line) => line !== ""), []);
});

Deno.test("accounts test shows progress at a terminal, and none elsewhere", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    return Response.json({ models: [] });
  });
  using folder = tempFolder();
  const options = { dataDir: `${folder.path}/data` };
  const keyFile = handIn(folder.path, { name: "key", text: planted("key") });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const words = ["accounts", "add", "gemini-api", "slow", "--key-file", keyFile, "--base-url", url];
  assert.equal((await runPollux(words, options)).code, 0);

  const test = ["accounts", "test", "slow"];
  const elsewhere = await runPollux(test, options);
  assert.deepEqual(elsewhere, { code: 0, stdout: "slow: works, 0 models\n", stderr: "" });

  const lack = await noTerminal();
  if (lack !== undefined) return leaveOut("accounts test shows progress at a terminal", lack);
  const command = polluxCommand(test, { ...options, env: { TERM: "xterm" } });
  const { received } = await runAtTerminal({ ...command, cwd: folder.path });
  const shown = received.replaceAll("\x1b", "\\e");
  assert.match(shown, /\r\\e\[KAsking Google… \d+ s/);
  assert.match(shown, /\r\\e\[Kslow: works, 0 models\r\n$/);
});
