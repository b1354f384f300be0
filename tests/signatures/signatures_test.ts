/** Which thought signatures are remembered, whose they are, and that they are forgotten. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Signatures } from "../../src/signatures/signatures.ts";
import { FakeClock } from "../support/fake_clock.ts";

const CAPACITY = 1_000_000;

function memory() {
  const clock = new FakeClock();
  return { clock, signatures: new Signatures({ clock, ttlMs: 1000, capacity: CAPACITY }) };
}

Deno.test("Signatures gives a place its own signature, as upstream wrote it", () => {
  const { signatures } = memory();
  signatures.remember({ value: "ab-_==", origin: "x m" }, "place");
  signatures.remember({ value: "text", origin: "x m" });
  assert.deepEqual(signatures.at("place"), { value: "ab-_==", origin: "x m" });
  assert.equal(signatures.at("text"), undefined);
  assert.equal(signatures.at("another place"), undefined);
  signatures.remember({ value: "newer", origin: "y m" }, "place");
  assert.deepEqual(signatures.at("place"), { value: "newer", origin: "y m" });
});

Deno.test("Signatures.originOf() knows a signature in either alphabet, padded or not", () => {
  const { signatures } = memory();
  signatures.remember({ value: "ab-_==", origin: "x m" });
  for (const value of ["ab-_==", "ab-_", "ab+/==", "ab+/", "ab+_="]) {
    assert.equal(signatures.originOf(value), "x m", value);
  }
  for (const value of ["ab", "AB-_", "ab-_c", ""]) {
    assert.equal(signatures.originOf(value), undefined, value);
  }
});

Deno.test("Signatures keeps refusals by conversation and origin", () => {
  const { signatures, clock } = memory();
  signatures.noteRefusal("s", "x m");
  assert.equal(signatures.wasRefused("s", "x m"), true);
  assert.equal(signatures.wasRefused("s", "y m"), false);
  assert.equal(signatures.wasRefused("t", "x m"), false);
  clock.advance(1001);
  assert.equal(signatures.wasRefused("s", "x m"), false);
});

Deno.test("Signatures forgets after its time to live, from the last use on", () => {
  const { signatures, clock } = memory();
  signatures.remember({ value: "sig", origin: "x m" }, "place");
  for (let turn = 0; turn < 5; turn++) {
    clock.advance(900);
    assert.equal(signatures.at("place")?.value, "sig");
  }
  clock.advance(1001);
  assert.equal(signatures.at("place"), undefined);
  assert.equal(signatures.originOf("sig"), undefined);
});

Deno.test("Signatures stays within its capacity, and forgets the oldest first", () => {
  const { signatures } = memory();
  for (let nth = 0; nth < 10_000; nth++) {
    signatures.remember({ value: `${nth}`.padStart(1000, "s"), origin: "x m" }, `${nth}`);
    signatures.noteRefusal(`${nth}`, "x m");
    assert.ok(signatures.size <= CAPACITY * 1.1);
  }
  assert.ok(signatures.size > CAPACITY / 2);
  assert.equal(signatures.at("0"), undefined);
  assert.equal(signatures.at("9999")?.origin, "x m");
});

Deno.test("Signatures forgets first what was used longest ago", () => {
  const clock = new FakeClock();
  // Room for three places: each has 256 characters besides its signature.
  const signatures = new Signatures({ clock, ttlMs: 1000, capacity: 2 * 3 * 300 });
  for (const place of ["a", "b", "c"]) {
    signatures.remember({ value: place.repeat(44), origin: "x m" }, place);
  }
  assert.equal(signatures.at("a")?.origin, "x m");
  signatures.remember({ value: "d".repeat(44), origin: "x m" }, "d");
  assert.deepEqual(
    ["a", "b", "c", "d"].map((place) => signatures.at(place) !== undefined),
    [true, false, true, true],
  );
});

Deno.test("Signatures keeps nothing that is larger than all it may hold, nor what it replaces", () => {
  const clock = new FakeClock();
  const signatures = new Signatures({ clock, ttlMs: 1000, capacity: 2000 });
  signatures.remember({ value: "small", origin: "x m" }, "place");
  signatures.remember({ value: "large".repeat(200), origin: "x m" }, "place");
  assert.equal(signatures.at("place"), undefined);
  assert.equal(signatures.originOf("large".repeat(200)), undefined);
  assert.equal(signatures.originOf("small"), "x m");
});

Deno.test("Signatures.ttlMs holds for what is remembered already, and for what is to come", () => {
  for (const [before, after] of [[10_000, 1000], [1000, 10_000]] as const) {
    const clock = new FakeClock();
    const signatures = new Signatures({ clock, ttlMs: before, capacity: CAPACITY });
    signatures.remember({ value: "early", origin: "x m" }, "early");
    signatures.noteRefusal("early", "x m");
    signatures.ttlMs = after;
    signatures.remember({ value: "late", origin: "x m" }, "late");
    signatures.noteRefusal("late", "x m");
    for (const _turn of [1, 2]) {
      clock.advance(after);
      for (const name of ["early", "late"]) {
        assert.equal(signatures.at(name)?.value, name);
        assert.equal(signatures.originOf(name), "x m");
        assert.equal(signatures.wasRefused(name, "x m"), true);
      }
    }
    clock.advance(after + 1);
    for (const name of ["early", "late"]) {
      assert.equal(signatures.at(name), undefined);
      assert.equal(signatures.originOf(name), undefined);
      assert.equal(signatures.wasRefused(name, "x m"), false);
    }
  }
});

Deno.test("Signatures.ttlMs leaves the order of use as it was", () => {
  const clock = new FakeClock();
  const signatures = new Signatures({ clock, ttlMs: 1000, capacity: 2 * 3 * 300 });
  for (const place of ["a", "b", "c"]) {
    signatures.remember({ value: place.repeat(44), origin: "x m" }, place);
  }
  signatures.ttlMs = 500;
  signatures.remember({ value: "d".repeat(44), origin: "x m" }, "d");
  assert.equal(signatures.at("a"), undefined);
  assert.equal(signatures.at("b")?.origin, "x m");
});

Deno.test("Signatures never outgrows its capacity, nor gives what was not the last for a place", () => {
  const step = fc.record({
    place: fc.constantFrom("a", "b", "c", "d", "e"),
    value: fc.string({ minLength: 1, maxLength: 500 }),
    waitMs: fc.integer({ min: 0, max: 700 }),
    isLookup: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const clock = new FakeClock();
    const signatures = new Signatures({ clock, ttlMs: 1000, capacity: 2000 });
    const last = new Map<string, string>();
    for (const { place, value, waitMs, isLookup } of steps) {
      clock.advance(waitMs);
      if (isLookup) {
        const found = signatures.at(place)?.value;
        assert.ok(found === undefined || found === last.get(place));
      } else {
        signatures.remember({ value, origin: "x m" }, place);
        last.set(place, value);
        assert.equal(signatures.at(place)?.value, value);
      }
      assert.ok(signatures.size <= 2000);
    }
  }));
});
