/**
 * Runs what a document shows of a terminal, from its first line to its last, and compares what each command prints.
 * Google is emulated, and only the gateway's address is changed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startEmulator } from "../../../src/emulator/emulator.ts";
import { isShown, shownCommands } from "./console_lines.ts";
import { ConsoleSession } from "./console_session.ts";
import { blocksFor, shownBlocks } from "./shown_blocks.ts";

/** What the emulator counts for "Hello, Pollux!", and for its response. */
const TOKENS = { prompt: 4, output: 24 };

Deno.test("The session in docs/team.md makes twenty keys, and shows who used what", async (t) => {
  await using emulator = await startEmulator();
  await using session = await ConsoleSession.open(emulator);
  const blocks = shownBlocks().filter(({ path }) => path === "docs/team.md");
  for (const { language, text } of blocks) {
    if (!["console", "yaml"].includes(language)) await session.write(language, text);
  }
  const settings = blocks.find(({ language }) => language === "yaml");
  assert.ok(settings !== undefined);
  await session.configure(settings.text);
  for (const [section, parts] of Map.groupBy(blocks, ({ section }) => section)) {
    await t.step(section, async () => {
      if (section === "Back up") await session.stop();
      for (const { language, text } of parts) if (language === "console") await session.run(text);
      if (section === "Who used what") await checkUsage(session);
    });
  }
});

/** Every key of the team has the calls that it sent, and the tokens that the emulator counted. */
async function checkUsage(session: ConsoleSession): Promise<void> {
  const team = (await Deno.readTextFile(`${session.path}/team.txt`)).trim().split("\n");
  assert.equal(team.length, 20);
  const report = JSON.parse(await session.outputOf("pollux usage --by key --json"));
  for (const name of team) {
    const { calls, errors, prompt, output } = report.lines.find((line: { key: string }) =>
      line.key === name
    );
    // Clients that were left out sent nothing.
    if (name === "grace") assert.ok(calls >= 1 && prompt >= TOKENS.prompt, name);
    else assert.deepEqual({ prompt, output, calls: calls - errors }, { ...TOKENS, calls: 1 }, name);
  }
}

Deno.test("Only docs/team.md shows sessions", () => {
  assert.deepEqual([...new Set(blocksFor("sessions").map(({ path }) => path))], ["docs/team.md"]);
});

Deno.test("shownCommands() reads commands of one and of several lines, and what they print", () => {
  assert.deepEqual(
    shownCommands("$ cd a\n$ for a in b; do\n>   echo a\n> done\nb\n\n> c\n$ ls\nd"),
    [
      { line: "cd a", output: "" },
      { line: "for a in b; do\necho a\ndone", output: "b\n\n> c" },
      { line: "ls", output: "d" },
    ],
  );
  assert.throws(() => shownCommands("ls"), /There is no command above "ls"/);
});

Deno.test("isShown() allows other keys, times and columns, and nothing else", () => {
  const shown = "NAME  AT\nada   plx_…k3fA  7 ms\n…\ntim  at … o'clock";
  assert.ok(isShown(shown, "NAME AT\nada plx_…xxxx 12 ms\ntim  at 5 o'clock\n"));
  assert.ok(isShown(shown, "NAME AT\nada plx_…xxxx 12 ms\nben\neve\ntim  at 12 o'clock\n"));
  assert.ok(!isShown(shown, "NAME AT\neve plx_…xxxx 12 ms\ntim  at 5 o'clock\n"));
  assert.ok(!isShown(shown, "NAME AT\nada plx_…xxxx 12 ms\ntim  at 5 o'clock\nmore\n"));
  assert.ok(!isShown("", "a warning"));
  assert.ok(isShown("", ""));
  assert.ok(isShown("a\n…", "a\nb\nc\n"));
});
