/**
 * When the page asks for its data again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { untilNext } from "../../../src/ui/client/parts/reloading.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");

Deno.test("untilNext() waits for the end of the next countdown, and neither too short nor too long", () => {
  const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
  const cases = [
    [[], 10_000],
    [[undefined], 10_000],
    [[at(60)], 10_000],
    [[at(60), at(4)], 4300],
    [[at(0.5)], 2000],
    [[at(-5), at(6)], 6300],
  ] as const;
  for (const [moments, ms] of cases) assert.equal(untilNext(moments, NOW), ms);
});
