/** What `deno task test` counts and says beside the tests that pass. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { tempFolder } from "../support/temp_folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What `deno task test` prints, and the code that it exits with. */
async function runTests(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly printed: string; readonly code: number }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/run_tests.ts", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", CI: "", ...env },
    stdin: "null",
  }).output();
  return { printed: new TextDecoder().decode(stdout), code };
}

/** What a test may do; the secret is put together, so that this text and its copy hold none. */
const BODIES: Readonly<Record<string, readonly [body: string, lines: readonly RegExp[]]>> = {
  "prints none and writes none": ["", [
    /files and outputs of the tests searched/,
    /\n2 passed, 0 failed\n$/,
  ]],
  "prints one": ['console.log("plan" + "ted-token");', [
    /^a planted secret leaked into unit-stdout\.txt$/m,
    /\n1 passed, 1 failed\n$/,
  ]],
  "prints one beside its output": ['console.error("plan" + "ted-token");', [
    /^a planted secret leaked into unit-std(out|err)\.txt$/m,
    /\n1 passed, 1 failed\n$/,
  ]],
  "writes one": [
    'Deno.writeTextFileSync(Deno.makeTempFileSync({ suffix: ".db" }), "plan" + "ted-token");',
    [/^a planted secret leaked into files\/\w+\.db$/m, /\n1 passed, 1 failed\n$/],
  ],
};

for (const [what, [body, lines]] of Object.entries(BODIES)) {
  Deno.test(`run_tests.ts counts right when a test of planted secrets ${what}`, async () => {
    using folder = tempFolder();
    const file = `${folder.path}/leak_test.ts`;
    await Deno.writeTextFile(file, `Deno.test("passes", () => {\n  ${body}\n});\n`);
    const { printed, code } = await runTests([file]);
    for (const line of lines) assert.match(printed, line);
    assert.match(printed, /passes \.\.\. /);
    assert.equal(code, body === "" ? 0 : 1);
  });
}

/** Tests that are left out, each in its way. */
const LEAVES_OUT = `
import { leaveOut, testUnless } from ${
  JSON.stringify(import.meta.resolve("../support/left_out.ts"))
};
const body = () => {};
testUnless(undefined, "runs", body);
testUnless({ reason: "no zebra on the PATH" }, "needs a zebra", body);
testUnless({ reason: "for Plan 9 only", isExcused: true }, "needs Plan 9", body);
leaveOut("a whole group", { reason: "no server" });
Deno.test("passes", () => leaveOut("a part of a test", { reason: "no client" }));
Deno.test.ignore("says nothing", body);
`;

const SAID = [
  "left out: needs a zebra: no zebra on the PATH",
  "left out: needs Plan 9: for Plan 9 only",
  "left out: a whole group: no server",
  "left out: a part of a test: no client",
  "left out: says nothing: it does not say why",
];

Deno.test("run_tests.ts ends with what was left out and why, which counts as failed with CI=true", async () => {
  using folder = tempFolder();
  const file = `${folder.path}/lacking_test.ts`;
  await Deno.writeTextFile(file, LEAVES_OUT);
  for (
    const [ci, count] of [["", "3 passed, 0 failed"], ["true", "3 passed, 4 failed"]] as const
  ) {
    const { printed, code } = await runTests([file], { CI: ci });
    assert.deepEqual(printed.trimEnd().split("\n").slice(-6), [...SAID, count]);
    assert.equal(code, ci === "" ? 0 : 1);
  }
});

Deno.test("run_tests.ts counts a file that cannot be loaded, and the tests of the other phases", async () => {
  using folder = tempFolder();
  const file = `${folder.path}/broken_test.ts`;
  await Deno.writeTextFile(file, 'import "./gone.ts";\n');
  const { printed, code } = await runTests([file, "src/base/text/wildcard.ts"]);
  assert.match(printed, /\nexamples: 1 passed, 0 failed in \d+ s\n/);
  assert.match(printed, /\n2 passed, 1 failed\n$/);
  assert.equal(code, 1);
});
