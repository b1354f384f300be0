/**
 * `deno task test [PATH…] [--filter NAME]`: runs all tests, or the given ones, in phases: unit tests in
 * parallel, then those that run whole programs, then those that need the machine for themselves, then
 * the examples in the doc comments of `src`. Flags are passed to `deno test`. Afterwards everything
 * that the tests printed or wrote is searched for the secrets that they planted, which counts as a
 * test. The output ends with the tests that were left out, and a line `N passed, N failed`. With
 * `CI=true` the lock file is frozen, and a test that was left out counts as failed.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { prepareClients } from "../tests/conformance/prepare.ts";
import { readLeftOut } from "../tests/support/left_out.ts";
import { findPlanted } from "./find_planted.ts";
import { addTallies } from "./junit.ts";
import { runPhase } from "./run_phase.ts";
import { phasesOf } from "./test_phases.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<number> {
  const scratch = await Deno.makeTempDir({ prefix: "pollux-tests-" });
  try {
    const phases = await phasesOf(Deno.args, ROOT);
    if (phases.some(({ files }) => files.some((file) => file.includes("conformance")))) {
      Deno.env.set("TEST_SCRATCH", scratch);
      await prepareClients();
    }
    const results = [];
    for (const phase of phases) results.push(await runPhase(phase, { root: ROOT, scratch }));
    const { passed, failed, ignored } = addTallies(results);
    const leaks = await search(scratch);
    const missed = await tellLeftOut(scratch, ignored);
    const counted = failed + leaks + missed;
    console.log(`${passed + (leaks === 0 ? 1 : 0)} passed, ${counted} failed`);
    return counted === 0 ? 0 : 1;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** Searches for planted secrets and prints the places; returns how many there are. */
async function search(scratch: string): Promise<number> {
  const { leaks, files, handedIn } = await findPlanted(scratch);
  for (const leak of leaks) console.log(`a planted secret leaked into ${leak}`);
  // After all tests, a search that does not even find the expected secrets does not work.
  if (Deno.args.length === 0 && handedIn === 0) {
    console.log("no planted secret was handed in: the search for them means nothing");
    return leaks.length + 1;
  }
  console.log(`${files} files and outputs of the tests searched for planted secrets`);
  return leaks.length;
}

/**
 * Prints which tests were not run, and why.
 *
 * @param ignored The tests that the reports name as ignored.
 * @returns How many of them count as failed: none, except with `CI=true`.
 */
async function tellLeftOut(scratch: string, ignored: readonly string[]): Promise<number> {
  const told = await readLeftOut(scratch);
  const names = new Set(told.map(({ name }) => name));
  const silent = ignored.filter((name) => !names.has(name))
    .map((name) => ({ name, reason: "it does not say why", isExcused: false }));
  const all = [...told, ...silent];
  for (const { name, reason } of all) console.log(`left out: ${name}: ${reason}`);
  if (Deno.env.get("CI") !== "true") return 0;
  return all.filter(({ isExcused }) => !isExcused).length;
}

Deno.exit(await main());
