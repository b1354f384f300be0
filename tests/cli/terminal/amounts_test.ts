/** Counts and amounts of money, for people. @module */
import assert from "node:assert/strict";
import { numberText, usdText } from "../../../src/cli/terminal/amounts.ts";

Deno.test("usdText() shows every amount without an exponent, and none above zero as zero", () => {
  const shown = {
    0: "$0.00",
    1e-30: "<$0.000001",
    4.5e-7: "<$0.000001",
    1e-6: "$0.0000010",
    0.001_25: "$0.0013",
    0.999: "$1.00",
    12.345: "$12.35",
    123.4: "$123.40",
    1_234_567.891: "$1,234,567.89",
  };
  for (const [dollars, text] of Object.entries(shown)) {
    assert.equal(usdText(Number(dollars)), text, dollars);
  }
  assert.doesNotMatch(usdText(1e24), /e/);
});

Deno.test("numberText() groups digits", () => {
  assert.deepEqual([0, 999, 1234, 2 ** 53].map(numberText), [
    "0",
    "999",
    "1,234",
    "9,007,199,254,740,992",
  ]);
});
