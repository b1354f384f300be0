/**
 * `deno task fuzz [TARGET…]`: runs the parsers on random inputs.
 *
 *     --inputs N      how many for each target (1000000)
 *     --seed N        the random seed; a random one is printed
 *     --seconds N     longest for all targets together (no limit)
 *
 * With `--seconds` each target may take an equal part of the time that is left, so a slow one gets
 * fewer inputs, and what a fast one does not need is there for the next. An input that a seed gives
 * is the same with and without it.
 *
 * An input that fails is minimized and kept in `tests/fuzz/kept`; every later run and the tests begin
 * with those. The exit code is 1 then.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { fuzz, keepInput } from "../tests/fuzz/fuzz.ts";
import { FUZZ_TARGETS } from "../tests/fuzz/targets.ts";

function main(): number {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      inputs: { type: "string", default: "1000000" },
      seconds: { type: "string", default: "Infinity" },
      seed: { type: "string", default: String(crypto.getRandomValues(new Uint32Array(1))[0]) },
    },
  });
  const names = FUZZ_TARGETS.map(({ name }) => name);
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`No target "${unknown}"; there are ${names.join(", ")}`);
  }
  const inputs = Number(values.inputs);
  const seed = Number(values.seed);
  console.log(`${inputs} inputs for each target, seed ${seed}`);
  const targets = FUZZ_TARGETS.filter(({ name }) =>
    positionals.length === 0 || positionals.includes(name)
  );
  const endMs = performance.now() + Number(values.seconds) * 1000;
  let total = 0;
  let failed = 0;
  for (const [at, target] of targets.entries()) {
    const startMs = performance.now();
    const longestMs = (endMs - startMs) / (targets.length - at);
    const { checked, failure } = fuzz(target, { inputs, seed, longestMs });
    const seconds = (performance.now() - startMs) / 1000;
    total += checked;
    console.log(`${target.name}: ${checked} inputs in ${seconds.toFixed(1)} s`);
    if (failure === undefined) continue;
    failed += 1;
    console.log(`It fails, kept in ${keepInput(target, failure)}: ${failure.reason}`);
  }
  console.log(`${total} inputs, ${failed} targets failed`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(main());
