/**
 * What people type into forms.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  changesOf,
  countOf,
  countText,
  dollarsOf,
  FieldFault,
  integerOf,
  listOf,
} from "../../../src/ui/client/parts/form_values.js";

Deno.test("countOf() reads whole numbers with k and M", () => {
  const cases = [["60", 60], ["1,000", 1000], ["500k", 500_000], ["2M", 2_000_000], [
    " 1.5M ",
    1_500_000,
  ]] as const;
  for (const [text, count] of cases) assert.equal(countOf(text, "f"), count);
  assert.equal(countOf("  ", "f"), undefined);
});

Deno.test("countOf() names the field of what is not a count", () => {
  for (const text of ["0", "-1", "1.5", "2G", "ten", "1e3", "99999999999M", "0x10", "1k2"]) {
    assert.throws(() => countOf(text, "tokensPerDay"), (error) => {
      assert.ok(error instanceof FieldFault);
      assert.deepEqual([error.field, error.why], ["tokensPerDay", "notACount"]);
      return true;
    }, text);
  }
});

Deno.test("countText() writes what countOf() reads", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e12 }), (count) => {
    assert.equal(countOf(countText(count), "f"), count);
  }));
  assert.equal(countText(2_000_000), "2M");
  assert.equal(countText(undefined), "");
});

Deno.test("dollarsOf() and integerOf() read amounts and whole numbers", () => {
  assert.equal(dollarsOf("$20", "f"), 20);
  assert.equal(dollarsOf("1.50 USD", "f"), 1.5);
  assert.equal(dollarsOf("", "f"), undefined);
  for (const text of ["0", "-5", "20/month", "1e9"]) {
    assert.throws(() => dollarsOf(text, "f"), FieldFault, text);
  }
  assert.equal(integerOf("-10", "f"), -10);
  assert.equal(integerOf("", "f"), undefined);
  assert.throws(() => integerOf("1.5", "f"), FieldFault);
});

Deno.test("listOf() splits at commas, spaces and lines, and drops what is said twice", () => {
  assert.deepEqual(listOf(" a, b\n c a,,"), ["a", "b", "c"]);
  assert.deepEqual(listOf("  "), []);
});

Deno.test("changesOf() has what differs, and null for what was removed", () => {
  const before = { name: "a", labels: ["x"], priority: 3, weight: undefined };
  assert.deepEqual(
    changesOf(before, { name: "a", labels: ["x"], priority: 3, weight: undefined }),
    {},
  );
  assert.deepEqual(
    changesOf(before, { name: "b", labels: undefined, priority: 3, weight: 2 }),
    { name: "b", labels: null, weight: 2 },
  );
});
