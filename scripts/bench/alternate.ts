/**
 * Compares two loads that differ by little: they take turns, so that both meet the same disturbances.
 *
 * @module
 */
import type { LoadResult } from "./load_tool.ts";
import { median } from "./statistics.ts";

/** The medians of both. */
export interface Comparison {
  readonly base: LoadResult;
  readonly other: LoadResult;
  /** Median over the rounds of the requests/s of the other, divided by those of the base. */
  readonly ratio: number;
}

/** Runs two loads in turn. */
export async function alternate(
  rounds: number,
  { base, other }: {
    readonly base: () => Promise<LoadResult>;
    readonly other: () => Promise<LoadResult>;
  },
): Promise<Comparison> {
  const bases: LoadResult[] = [];
  const others: LoadResult[] = [];
  for (let round = 0; round < rounds; round++) {
    bases.push(await base());
    others.push(await other());
  }
  const ratios = others.map((result, nth) =>
    result.requestsPerSecond / (bases[nth]?.requestsPerSecond ?? NaN)
  );
  return { base: medianLoad(bases), other: medianLoad(others), ratio: median(ratios) };
}

function medianLoad(results: readonly LoadResult[]): LoadResult {
  const of = (value: (result: LoadResult) => number) => median(results.map(value));
  return {
    requestsPerSecond: of(({ requestsPerSecond }) => requestsPerSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    errors: results.reduce((sum, { errors }) => sum + errors, 0),
  };
}
