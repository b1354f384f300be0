/**
 * `deno task test [PATH…] [--filter NAME]`: every test, or those asked for. Arguments are handed to
 * `deno test`. Afterwards everything that the tests printed or wrote is searched for the secrets that
 * they planted, which counts as a test. Ends with a line `N passed, N failed`. With `CI=true` the lock
 * file is frozen, and a test that was ignored counts as failed.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { prepareClients } from "../tests/conformance/prepare.ts";
import { findPlanted } from "./find_planted.ts";
import { tallyJunit } from "./junit.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<number> {
  const ci = Deno.env.get("CI") === "true";
  const report = await Deno.makeTempFile({ prefix: "pollux-test-", suffix: ".xml" });
  const scratch = await Deno.makeTempDir({ prefix: "pollux-tests-" });
  try {
    if (Deno.args.length === 0 || Deno.args.some((arg) => arg.includes("conformance"))) {
      await prepareClients();
    }
    const success = await runTests([
      ...(ci ? ["--frozen"] : []),
      `--junit-path=${report}`,
      ...Deno.args,
    ], scratch);
    const { passed, failed, ignored } = tallyJunit(await Deno.readTextFile(report));
    for (const name of ignored) console.log(`ignored: ${name}`);
    const leaks = await search(scratch);
    const counted = failed + leaks + (ci ? ignored.length : 0);
    // A file that cannot be loaded fails the run without failing a test.
    const failures = counted === 0 && !success ? 1 : counted;
    console.log(`${passed + (leaks === 0 ? 1 : 0)} passed, ${failures} failed`);
    return failures === 0 ? 0 : 1;
  } finally {
    await Deno.remove(report);
    await Deno.remove(scratch, { recursive: true });
  }
}

/**
 * Runs `deno test`, whose output goes to the terminal as it comes and is kept as well.
 *
 * @param scratch Where the tests' temporary files and all output go.
 * @returns Whether everything passed.
 */
async function runTests(args: readonly string[], scratch: string): Promise<boolean> {
  const temporary = `${scratch}/files`;
  await Deno.mkdir(temporary);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--v8-flags=--expose-gc", ...args],
    cwd: ROOT,
    env: { TMPDIR: temporary, TEST_SCRATCH: scratch },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [{ success }] = await Promise.all([
    child.status,
    tee(child.stdout, { terminal: Deno.stdout, path: `${scratch}/stdout.txt` }),
    tee(child.stderr, { terminal: Deno.stderr, path: `${scratch}/stderr.txt` }),
  ]);
  return success;
}

/** Passes output on as it comes, and keeps it in a file. */
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

/** Searches for planted secrets, and says what it found; gives how many places it found. */
async function search(scratch: string): Promise<number> {
  const { leaks, files, handedIn } = await findPlanted(scratch);
  for (const leak of leaks) console.log(`a planted secret leaked into ${leak}`);
  // With all tests run, a search that meets no secret anywhere would be a search for nothing.
  if (Deno.args.length === 0 && handedIn === 0) {
    console.log("no planted secret was handed in: the search for them means nothing");
    return leaks.length + 1;
  }
  console.log(`${files} files and outputs of the tests searched for planted secrets`);
  return leaks.length;
}

Deno.exit(await main());
