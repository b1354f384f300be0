/**
 * Shows that work takes a time that grows with the length of what it is given.
 *
 * @module
 */
import assert from "node:assert/strict";
import { spentMs } from "./spent_ms.ts";

/** What is measured. */
export interface LinearWork<T> {
  /** Makes what is worked on, of a length that grows with `n`; not measured. */
  readonly make: (n: number) => T;
  readonly work: (input: T) => unknown;
  /** The first `n`; the second is sixteen times it. */
  readonly from: number;
  /** The least time, in ms, that the longer one may take whatever the shorter took. Default: 2000. */
  readonly floorMs?: number;
}

/** How often each is measured; the fastest counts, since other programs can only slow it down. */
const TIMES = 3;

/**
 * Asserts that sixteen times the length takes at most eighty times the time: a square would take 256.
 *
 * @throws {assert.AssertionError} With both times.
 */
export function assertLinear<T>({ make, work, from, floorMs = 2000 }: LinearWork<T>): void {
  const short = fastest(make(from), work);
  const long = fastest(make(16 * from), work);
  assert.ok(
    long <= Math.max(floorMs, 80 * short),
    `${from} took ${short.toFixed(1)} ms and ${16 * from} took ${long.toFixed(1)} ms`,
  );
}

function fastest<T>(input: T, work: (input: T) => unknown): number {
  let least = Infinity;
  for (let time = 0; time < TIMES; time++) {
    const start = spentMs();
    work(input);
    least = Math.min(least, spentMs() - start);
    // What takes seconds takes them every time.
    if (least > 5000) break;
  }
  return least;
}
