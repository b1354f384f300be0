/**
 * Tests that are not run for want of something: each says so here, and `deno task test` tells all of
 * them in its last lines.
 *
 * @module
 */

/** Why a test is not run. */
export interface Lack {
  /** What is missing, and what would bring it, as in `no "fish" on the PATH`. */
  readonly reason: string;
  /** Whether a machine that checks changes may lack it too. Elsewhere in CI the test counts as failed. */
  readonly isExcused?: boolean;
}

/** Files there have no modes, and processes no signals. */
export const ON_WINDOWS: Lack | undefined = Deno.build.os === "windows"
  ? { reason: "not for Windows", isExcused: true }
  : undefined;

/** It is about something that only Linux has. */
export const NOT_ON_LINUX: Lack | undefined = Deno.build.os === "linux"
  ? undefined
  : { reason: "for Linux only", isExcused: true };

/** A test or a group of tests that was left out. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
  readonly isExcused: boolean;
}

const SCRATCH = Deno.env.get("TEST_SCRATCH");
const FILE = "left-out.jsonl";

/**
 * Says that something is not run.
 *
 * @param name The test, or what a group of tests is about.
 */
export function leaveOut(name: string, { reason, isExcused = false }: Lack): void {
  if (SCRATCH === undefined) return console.log(`left out: ${name}: ${reason}`);
  const line = JSON.stringify({ name, reason, isExcused } satisfies LeftOut);
  Deno.writeTextFileSync(`${SCRATCH}/${FILE}`, `${line}\n`, { append: true });
}

/**
 * Declares a test that needs something.
 *
 * @param lack Why it cannot be run here; undefined where it can.
 */
export function testUnless(
  lack: Lack | undefined,
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
): void {
  if (lack !== undefined) leaveOut(name, lack);
  Deno.test({ name, ignore: lack !== undefined, fn });
}

/** What was left out by the tests of a run, each once. */
export async function readLeftOut(scratch: string): Promise<readonly LeftOut[]> {
  let text = "";
  try {
    text = await Deno.readTextFile(`${scratch}/${FILE}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const lines = new Set(text.split("\n").filter((line) => line !== ""));
  return [...lines].map((line) => JSON.parse(line));
}
