/** Which thought signatures are remembered, whose they are, and that they are forgotten. @module */
import assert from "node:assert/strict";
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
  clock.advance(1000);
  assert.equal(signatures.wasRefused("s", "x m"), false);
});

Deno.test("Signatures forgets after its time to live, from the last use on", () => {
  const { signatures, clock } = memory();
  signatures.remember({ value: "sig", origin: "x m" }, "place");
  for (let turn = 0; turn < 5; turn++) {
    clock.advance(900);
    assert.equal(signatures.at("place")?.value, "sig");
  }
  clock.advance(1000);
  assert.equal(signatures.at("place"), undefined);
  assert.equal(signatures.originOf("sig"), undefined);
});

Deno.test("Signatures stays within its capacity, and forgets the oldest first", () => {
  const { signatures } = memory();
  for (let nth = 0; nth < 10_000; nth++) {
    signatures.remember({ value: `${nth}`.padStart(1000, "s"), origin: "x m" }, `${nth}`);
    signatures.noteRefusal(`${nth}`, "x m");
    assert.ok(signatures.weight <= CAPACITY * 1.1);
  }
  assert.ok(signatures.weight > CAPACITY / 2);
  assert.equal(signatures.at("0"), undefined);
  assert.equal(signatures.at("9999")?.origin, "x m");
});
