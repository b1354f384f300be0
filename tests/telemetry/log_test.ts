/** What the log writes, read from a process's standard error. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const LEVELS = ["debug", "info", "warning", "error"] as const;

/** Everything that ends a line or moves a terminal's cursor, between two halves of a forged line. */
const FORGED = "x\r\n00:00:00.000 [error] pollux.calls: FORGED\u001b[2K\u0085\u009bA";

/** What a process logs with these arguments: its lines, and what it printed beside them. */
async function logged(...args: readonly string[]): Promise<{ lines: string[]; out: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-env",
      fileURLToPath(new URL("log_program.ts", import.meta.url)),
      ...args,
    ],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  const err = decoder.decode(stderr);
  assert.equal(code, 0, err);
  assert.ok(err === "" || err.endsWith("\n"), "The last line is whole");
  return { lines: err.split("\n").slice(0, -1), out: decoder.decode(stdout) };
}

for (const [name, how] of [["logger()", "template"], ["lineLogger()", "line"]] as const) {
  Deno.test(`${name} writes text lines on standard error, all of them before it is disposed of`, async () => {
    const { lines, out } = await logged("text", "debug", "gemini-2.5-flash", how);
    assert.deepEqual(lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} /, "")), [
      "[debug] pollux.calls: A debug line: gemini-2.5-flash",
      "[info] pollux.calls: An info line: gemini-2.5-flash",
      "[warning] pollux.calls: A warning line: gemini-2.5-flash",
      "[error] pollux.calls: An error line: gemini-2.5-flash",
    ]);
    assert.equal(out, "");
  });

  Deno.test(`${name} writes JSON lines with the properties beside the message`, async () => {
    const { lines, out } = await logged("json", "debug", "gemini-2.5-flash", how);
    const entries = lines.map((line) => JSON.parse(line));
    for (const [index, { time, ...entry }] of entries.entries()) {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const level = LEVELS[index];
      assert.deepEqual(entry, {
        level,
        area: "calls",
        message: `${/^[aei]/.test(level ?? "") ? "An" : "A"} ${level} line: gemini-2.5-flash`,
        value: "gemini-2.5-flash",
        status: 200,
      });
    }
    assert.equal(entries.length, LEVELS.length);
    assert.equal(out, "");
  });

  for (const [rank, level] of LEVELS.entries()) {
    Deno.test(`${name} leaves out what is below the level ${level}`, async () => {
      const { lines } = await logged("text", level, "", how);
      const levels = lines.map((line) => /\[(\w+)\]/.exec(line)?.[1]);
      assert.deepEqual(levels, LEVELS.slice(rank));
    });
  }

  for (const [general, ofArea] of [["error", "debug"], ["debug", "error"]] as const) {
    Deno.test(`${name} logs an area at ${ofArea} where all others are at ${general}`, async () => {
      const { lines } = await logged("text", general, "", how, ofArea);
      const levels = lines.map((line) => /\[(\w+)\]/.exec(line)?.[1]);
      assert.deepEqual(levels, LEVELS.slice(LEVELS.indexOf(ofArea)));
    });
  }

  Deno.test(`${name} prints *** for a secret in a property, in a list and in an object`, async () => {
    for (const format of ["text", "json"]) {
      const { lines } = await logged(format, "error", "secret", how);
      assert.equal(lines.length, 1);
      const [line = ""] = lines;
      assert.match(line, /An error line: .*\*\*\*/);
      assert.doesNotMatch(line, /planted/);
      if (format === "text") continue;
      const { value, nested } = JSON.parse(line);
      assert.deepEqual([value, nested], ["***", { list: ["***"] }]);
    }
  });

  Deno.test(`${name} lets no value forge a line or a control sequence`, async () => {
    for (const format of ["text", "json"]) {
      const { lines } = await logged(format, "error", FORGED, how);
      assert.equal(lines.length, 1, lines.join("\n"));
      const [line = ""] = lines;
      assert.ok(line.includes("FORGED"));
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      if (format === "text") assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f]/);
      // JSON lets C1 characters stand; a reader gets the value as it was.
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      else assert.doesNotMatch(line, /[\x00-\x1f]/);
      if (format === "json") assert.equal(JSON.parse(line).value, FORGED);
    }
  });
}
