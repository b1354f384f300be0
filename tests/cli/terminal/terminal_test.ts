import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../read_lines_program.ts", import.meta.url));

async function linesOf(input: string): Promise<unknown> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-env", PROGRAM],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { stdout } = await child.output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("readLine() gives one line after the other, and leaves what follows", async () => {
  const expected = { first: "größer", second: "two", rest: "three\nfour" };
  assert.deepEqual(await linesOf("größer\r\ntwo\nthree\nfour"), expected);
});

Deno.test("readLine() gives a last line without a line break, and nothing after the end", async () => {
  assert.deepEqual(await linesOf("only"), { first: "only", rest: "" });
  assert.deepEqual(await linesOf("\n"), { first: "", rest: "" });
});
