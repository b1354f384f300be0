/**
 * Medians and quantiles.
 *
 * @module
 */
import assert from "node:assert/strict";
import { median, quantile } from "../../scripts/bench/statistics.ts";

Deno.test("quantile() takes the nearest rank of values in any order", () => {
  const values = [30, 10, 50, 20, 40];
  assert.deepEqual(
    [0, 0.2, 0.21, 0.5, 0.99, 1].map((share) => quantile(values, share)),
    [10, 10, 20, 30, 50, 50],
  );
});

Deno.test("median() gives NaN when there are no values", () => {
  assert.ok(Number.isNaN(median([])));
});
