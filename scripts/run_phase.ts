/**
 * Runs one phase of the tests with `deno test`, and counts the results.
 *
 * @module
 */
import { tallyJunit, type TestTally } from "./junit.ts";
import type { TestPhase } from "./test_phases.ts";

/**
 * Runs a phase. Its output goes to the terminal as it arrives, and into the scratch folder.
 *
 * @param where `scratch`: the folder for the tests' temporary files and all output.
 */
export async function runPhase(
  { name, flags, jobs = 1, files }: TestPhase,
  { root, scratch }: { readonly root: string; readonly scratch: string },
): Promise<TestTally> {
  const temporary = `${scratch}/files`;
  await Deno.mkdir(temporary, { recursive: true });
  const report = await Deno.makeTempFile({ prefix: "pollux-test-", suffix: ".xml" });
  try {
    console.log(`${name}: ${files.length === 1 ? "one file" : `${files.length} files`}`);
    const startedMs = performance.now();
    const frozen = Deno.env.get("CI") === "true" ? ["--frozen"] : [];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", ...frozen, `--junit-path=${report}`, ...flags, ...files],
      cwd: root,
      env: {
        TMPDIR: temporary,
        TEST_SCRATCH: scratch,
        DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(jobs),
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [{ success }] = await Promise.all([
      child.status,
      tee(child.stdout, { terminal: Deno.stdout, path: `${scratch}/${name}-stdout.txt` }),
      tee(child.stderr, { terminal: Deno.stderr, path: `${scratch}/${name}-stderr.txt` }),
    ]);
    const tally = tallyJunit(await Deno.readTextFile(report));
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed in ${seconds} s`);
    // A file that cannot be loaded fails the run without failing a test.
    return success || tally.failed > 0 ? tally : { ...tally, failed: 1 };
  } finally {
    await Deno.remove(report);
  }
}

/** Forwards output as it arrives, and writes it to a file. */
async function tee(
  output: ReadableStream<Uint8Array>,
  { terminal, path }: { readonly terminal: typeof Deno.stdout; readonly path: string },
): Promise<void> {
  using file = await Deno.create(path);
  for await (const chunk of output) {
    for (const target of [file, terminal]) {
      for (let at = 0; at < chunk.length;) at += await target.write(chunk.subarray(at));
    }
  }
}
