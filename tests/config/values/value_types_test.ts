/** Times are written as they are read. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { duration, timeText } from "../../../src/config/values/value_types.ts";

Deno.test("timeText() writes a time in its largest whole unit", () => {
  const times: Readonly<Record<string, number>> = {
    "1ms": 1,
    "1500ms": 1500,
    "90s": 90_000,
    "2m": 120_000,
    "1h": 3_600_000,
    "25h": 90_000_000,
    "1d": 86_400_000,
    "0.5ms": 0.5,
  };
  for (const [text, ms] of Object.entries(times)) assert.equal(timeText(ms), text);
});

Deno.test("timeText() writes what is read as the same time", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (ms) => {
    assert.equal(duration.parse(timeText(ms)), ms);
  }));
});
