/**
 * Runs a target on many inputs, keeps those that fail, and makes them small.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../support/random.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { mutate, type MutationSource } from "./mutate.ts";

/** Inputs that failed once, a folder for each target. */
const KEPT = fileURLToPath(new URL("kept/", import.meta.url));

/** Longest that one input may keep a parser, in ms; far more than a linear one needs on a busy machine. */
const LONGEST_MS = 500;

/** How often a slow input is tried again: a busy machine is not slow each time. */
const SLOW_TRIES = 5;

/** Most inputs that mutation begins with, besides the seeds. */
const MOST_INPUTS = 512;

/** How much to do. */
export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Ends sooner after that long; what failed once and the seeds are checked all the same. */
  readonly longestMs?: number;
}

/** An input for which the target does not hold. */
export interface FuzzFailure {
  readonly input: Uint8Array;
  readonly reason: string;
}

/** What a run came to. */
export interface FuzzRun {
  readonly target: string;
  /** How many inputs were checked. */
  readonly checked: number;
  readonly failure: FuzzFailure | undefined;
}

const encoder = new TextEncoder();

/** How many inputs are checked between two looks at the clock. */
const CLOCK_INPUTS = 64;

/** Checks what failed once, the seeds, and then mutated inputs, until one fails. */
export function fuzz(
  target: FuzzTarget,
  { inputs, seed, longestMs = Infinity }: FuzzOptions,
): FuzzRun {
  const startMs = performance.now();
  const random = new Random(seed);
  const first = [...keptInputs(target), ...target.seeds.map((text) => encoder.encode(text))];
  const known = first.slice();
  const source: MutationSource = {
    inputs: known,
    tokens: target.tokens.map((text) => encoder.encode(text)),
    random,
  };
  let checked = 0;
  while (checked < Math.max(inputs, first.length)) {
    const isOver = checked >= first.length && checked % CLOCK_INPUTS === 0 &&
      performance.now() - startMs >= longestMs;
    if (isOver) break;
    const input = first[checked] ?? mutate(source);
    checked += 1;
    const reason = failureOf(target, { input, random });
    if (reason !== undefined) {
      const failure = smallest(target, { input, reason }, random);
      return { target: target.name, checked, failure };
    }
    // Inputs that several mutations led to are begun with as well.
    if (random.chance(0.01)) {
      known[known.length < MOST_INPUTS ? known.length : spot(random, first.length)] = input;
    }
  }
  return { target: target.name, checked, failure: undefined };
}

/** Puts a failed input where every later run, and the tests, begin with it. */
export function keepInput({ name }: FuzzTarget, { input }: FuzzFailure): string {
  const folder = join(KEPT, name);
  Deno.mkdirSync(folder, { recursive: true });
  let hash = 0;
  for (const byte of input) hash = (Math.imul(hash, 31) + byte) >>> 0;
  const path = join(folder, hash.toString(16).padStart(8, "0"));
  Deno.writeFileSync(path, input);
  return path;
}

function keptInputs({ name }: FuzzTarget): readonly Uint8Array[] {
  const folder = join(KEPT, name);
  try {
    return [...Deno.readDirSync(folder)]
      .map((entry) => entry.name)
      .sort()
      .map((file) => Deno.readFileSync(join(folder, file)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function spot(random: Random, seeds: number): number {
  return random.between(Math.min(seeds, MOST_INPUTS - 1), MOST_INPUTS - 1);
}

function failureOf(
  target: FuzzTarget,
  { input, random }: { readonly input: Uint8Array; readonly random: Random },
): string | undefined {
  let fastestMs = Infinity;
  for (let tries = 0; tries < SLOW_TRIES && fastestMs > LONGEST_MS; tries++) {
    const startMs = performance.now();
    try {
      target.check(input, random);
    } catch (error) {
      return error instanceof Error ? error.stack ?? error.message : String(error);
    }
    fastestMs = Math.min(fastestMs, performance.now() - startMs);
  }
  return fastestMs > LONGEST_MS ? `It takes ${Math.round(fastestMs)} ms` : undefined;
}

/** Takes pieces away as long as what is left fails as well. */
function smallest(target: FuzzTarget, failure: FuzzFailure, random: Random): FuzzFailure {
  let found = failure;
  for (let size = found.input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= found.input.length;) {
      const { input } = found;
      const less = new Uint8Array([...input.subarray(0, at), ...input.subarray(at + size)]);
      const reason = failureOf(target, { input: less, random });
      if (reason === undefined) at += size;
      else found = { input: less, reason };
    }
  }
  return found;
}
