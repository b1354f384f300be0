/** `deno task test` counts what leaks from tests that pass. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { tempFolder } from "../support/temp_folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a test may do; the secret is put together, so that this text and its copy hold none. */
const BODIES: Readonly<Record<string, readonly [body: string, lines: readonly RegExp[]]>> = {
  "prints none and writes none": ["", [
    /files and outputs of the tests searched/,
    /^2 passed, 0 failed$/m,
  ]],
  "prints one": ['console.log("plan" + "ted-token");', [
    /^a planted secret leaked into stdout\.txt$/m,
    /^1 passed, 1 failed$/m,
  ]],
  "prints one beside its output": ['console.error("plan" + "ted-token");', [
    /^a planted secret leaked into std(out|err)\.txt$/m,
    /^1 passed, 1 failed$/m,
  ]],
  "writes one": [
    'Deno.writeTextFileSync(Deno.makeTempFileSync({ suffix: ".db" }), "plan" + "ted-token");',
    [/^a planted secret leaked into files\/\w+\.db$/m, /^1 passed, 1 failed$/m],
  ],
};

for (const [what, [body, lines]] of Object.entries(BODIES)) {
  Deno.test(`run_tests.ts counts right when a test of planted secrets ${what}`, async () => {
    using folder = tempFolder();
    const file = `${folder.path}/leak_test.ts`;
    await Deno.writeTextFile(file, `Deno.test("passes", () => {\n  ${body}\n});\n`);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "scripts/run_tests.ts", file],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const printed = new TextDecoder().decode(stdout);
    for (const line of lines) assert.match(printed, line);
    assert.match(printed, /^passes \.\.\. /m);
    assert.equal(code, body === "" ? 0 : 1);
  });
}
