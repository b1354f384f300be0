/** Which tests run side by side, which one after the other, and which examples are run. @module */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { phasesOf } from "../../scripts/test_phases.ts";
import { tempFolder } from "../support/temp_folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = "/**\n * Adds.\n *\n * @example\n * ```ts\n * ```\n */\n";

const FILES: Readonly<Record<string, string>> = {
  "tests/pool/b_test.ts": "",
  "tests/pool/a_test.ts": "",
  "tests/pool/helper.ts": "",
  "tests/conformance/matrix_test.ts": "",
  "tests/e2e/deep/down_test.ts": "",
  "tests/e2e/body_memory_test.ts": "",
  "tests/chaos/streams_test.ts": "",
  "tests/e2e_helpers_test.ts": "",
  "src/pool/add.ts": EXAMPLE,
  "src/pool/plain.ts": '/** Knows "@example" by name. */\n',
};

/** The phases of a made-up repository: the files of each, by its name. */
async function filesBy(...args: readonly string[]): Promise<Record<string, readonly string[]>> {
  using root = tempFolder();
  for (const [name, text] of Object.entries(FILES)) {
    const path = `${root.path}/${name}`;
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  const phases = await phasesOf(args, root.path);
  return Object.fromEntries(phases.map(({ name, files }) => [name, files]));
}

const UNIT = ["tests/e2e_helpers_test.ts", "tests/pool/a_test.ts", "tests/pool/b_test.ts"];
const PROGRAMS = ["tests/conformance/matrix_test.ts", "tests/e2e/deep/down_test.ts"];
const ALONE = ["tests/chaos/streams_test.ts", "tests/e2e/body_memory_test.ts"];

Deno.test("phasesOf() gives every test and every file with an example a phase", async () => {
  const all = { unit: UNIT, programs: PROGRAMS, alone: ALONE, examples: ["src/pool/add.ts"] };
  assert.deepEqual(await filesBy(), all);
  assert.deepEqual(await filesBy("--filter", "tests/pool"), all);
  assert.deepEqual(await filesBy("--filter=tests/pool"), all);
});

Deno.test("phasesOf() takes the files and folders that are asked for, and leaves empty phases out", async () => {
  assert.deepEqual(await filesBy("tests/pool/"), { unit: UNIT.slice(1) });
  assert.deepEqual(await filesBy("./tests/e2e/deep", "tests/pool/b_test.ts"), {
    unit: ["tests/pool/b_test.ts"],
    programs: ["./tests/e2e/deep/down_test.ts"],
  });
  assert.deepEqual(await filesBy("src"), { examples: ["src/pool/add.ts"] });
  // What is not there is for `deno test` to complain of.
  assert.deepEqual(await filesBy("tests/nowhere_test.ts"), { unit: ["tests/nowhere_test.ts"] });
});

Deno.test("phasesOf() runs chaos alone, examples without permissions, and hands flags on", async () => {
  const asked = ["--fail-fast", "tests/pool", "tests/e2e", "tests/chaos"];
  const phases = await phasesOf(asked, ROOT);
  const isParallel = phases.map(({ flags, jobs = 1 }) => flags.includes("--parallel") && jobs > 0);
  assert.deepEqual(isParallel, [true, true, false]);
  for (const { flags } of phases) {
    assert.ok(flags.includes("--allow-all"));
    assert.equal(flags.at(-1), "--fail-fast");
  }
  const [examples] = await phasesOf(["src"], ROOT);
  assert.deepEqual(examples?.flags, ["--doc"]);
});
