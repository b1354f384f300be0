/** Every parser that is fuzzed holds for what failed once, and for a few thousand inputs more. @module */
import assert from "node:assert/strict";
import { fuzz } from "./fuzz.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { FUZZ_TARGETS } from "./targets.ts";

const SEED = 20261128;

for (const target of FUZZ_TARGETS) {
  Deno.test(`${target.name} holds for fuzzed inputs`, () => {
    const { failure } = fuzz(target, { inputs: 5_000, seed: SEED });
    assert.equal(failure, undefined, failure?.reason);
  });
}

Deno.test("fuzz() finds an input that fails, and makes it small", () => {
  const target: FuzzTarget = {
    name: "broken",
    seeds: ['{"a": [1, 2, 3], "b": "text"}'],
    tokens: ["}}"],
    check(input) {
      if (new TextDecoder().decode(input).includes("}}")) throw new Error("Two braces");
    },
  };
  const { failure } = fuzz(target, { inputs: 10_000, seed: SEED });
  assert.equal(new TextDecoder().decode(failure?.input), "}}");
  assert.match(failure?.reason ?? "", /Two braces/);
});

Deno.test("fuzz() gives the same inputs for the same seed", () => {
  function inputsOf(seed: number): string[] {
    const inputs: string[] = [];
    const check = (input: Uint8Array) => void inputs.push(String(input));
    fuzz({ name: "same", seeds: ["abc", "[1,2]"], tokens: ["x"], check }, { inputs: 200, seed });
    return inputs;
  }
  assert.deepEqual(inputsOf(1), inputsOf(1));
  assert.notDeepEqual(inputsOf(1), inputsOf(2));
});

Deno.test("fuzz() ends when its time is over, but checks every seed", () => {
  const seeds = Array.from({ length: 100 }, (_, number) => `seed ${number}`);
  const target: FuzzTarget = { name: "endless", seeds, tokens: [], check: () => {} };
  const { checked } = fuzz(target, { inputs: 1_000_000, seed: SEED, longestMs: 0 });
  assert.ok(checked >= seeds.length && checked < 1_000, String(checked));
});
