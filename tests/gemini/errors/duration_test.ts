/** Durations as Google's errors write them. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDuration } from "../../../src/gemini/errors/duration.ts";

Deno.test("parseDuration() reads every form that Google sends", () => {
  const forms: Record<string, number> = {
    "12s": 12_000,
    "0s": 0,
    "0.53s": 530,
    "1.005s": 1_005,
    "539.477544ms": 539.477544,
    "33740.910400305s": 33_740_910.400305,
    "1h2m3s": 3_723_000,
    "9h22m20s": 33_740_000,
    "19h14m47s": 69_287_000,
    "5m": 300_000,
    "2d1h": 176_400_000,
    "1m0.5s": 60_500,
    "250us": 0.25,
    "250\u00b5s": 0.25,
    "250\u03bcs": 0.25,
    "1500000ns": 1.5,
  };
  for (const [text, ms] of Object.entries(forms)) assert.equal(parseDuration(text), ms, text);
});

Deno.test("parseDuration() rejects whatever is not wholly a duration", () => {
  const others = [
    "",
    " ",
    "s",
    "12",
    "-3s",
    "+3s",
    "NaNs",
    "Infinitys",
    "1e3s",
    "3s.",
    "3s ",
    " 3s",
  ];
  others.push("1h 2m", "1.s", ".5s", "3S", "3 s", "3sec", "1..2s", "3s\n", `${"9".repeat(400)}s`);
  for (const text of others) assert.equal(parseDuration(text), undefined, JSON.stringify(text));
});

Deno.test("parseDuration() reads back any length written as hours, minutes, seconds and ms", () => {
  const parts = fc.tuple(fc.nat(9_999), fc.nat(59), fc.nat(59), fc.nat(999));
  fc.assert(fc.property(parts, ([hours, minutes, seconds, ms]) => {
    const expected = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
    assert.equal(parseDuration(`${hours}h${minutes}m${seconds}s${ms}ms`), expected);
    assert.equal(parseDuration(`${expected / 1000}s`), expected);
  }));
});

Deno.test("parseDuration() gives a number that is not negative, or undefined, for any text", () => {
  const piece = fc.constantFrom(
    "1",
    "0.5",
    ".",
    "-",
    "h",
    "m",
    "s",
    "ms",
    "us",
    "ns",
    "d",
    " ",
    "e9",
  );
  const text = fc.oneof(fc.string(), fc.array(piece).map((pieces) => pieces.join("")));
  fc.assert(fc.property(text, (text) => {
    const ms = parseDuration(text);
    assert.ok(ms === undefined || (Number.isFinite(ms) && ms >= 0));
  }));
});
