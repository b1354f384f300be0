/**
 * Medians and quantiles of what was measured.
 *
 * @module
 */

/**
 * The value below which a share of the values lies (nearest rank).
 *
 * @param share From 0 to 1.
 * @returns NaN when there are no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(0, Math.ceil(share * sorted.length) - 1);
  return sorted[rank] ?? NaN;
}

/** The middle value, the lower one of two; NaN when there are no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
