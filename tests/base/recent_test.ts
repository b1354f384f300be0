/** A memory bounded in weight and in age. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Recent } from "../../src/base/recent.ts";
import { FakeClock } from "../support/fake_clock.ts";

function recent(capacity: number, ttlMs = 1000) {
  const clock = new FakeClock();
  return { clock, memory: new Recent<string>({ clock, ttlMs, capacity }) };
}

Deno.test("Recent forgets what was used longest ago when it grows too heavy", () => {
  const { memory } = recent(10);
  memory.set("a", "A", 4);
  memory.set("b", "B", 4);
  assert.equal(memory.get("a"), "A");
  memory.set("c", "C", 4);
  assert.deepEqual(["a", "b", "c"].map((key) => memory.get(key)), ["A", undefined, "C"]);
  assert.equal(memory.weight, 8);
});

Deno.test("Recent forgets what was not used for its time to live; a use prolongs it", () => {
  const { clock, memory } = recent(10);
  memory.set("a", "A", 1);
  memory.set("b", "B", 1);
  clock.advance(600);
  assert.equal(memory.get("a"), "A");
  clock.advance(600);
  assert.equal(memory.get("b"), undefined);
  assert.equal(memory.get("a"), "A");
  clock.advance(1000);
  assert.equal(memory.get("a"), undefined);
  assert.equal(memory.weight, 0);
});

Deno.test("Recent frees what expired as soon as something new comes", () => {
  const { clock, memory } = recent(10);
  for (const key of ["a", "b", "c"]) memory.set(key, key, 1);
  clock.advance(1000);
  memory.set("d", "D", 1);
  assert.equal(memory.weight, 1);
});

Deno.test("Recent keeps a key's newest value, and nothing that is heavier than all it may hold", () => {
  const { memory } = recent(10);
  memory.set("a", "old", 3);
  memory.set("a", "new", 5);
  assert.equal(memory.get("a"), "new");
  assert.equal(memory.weight, 5);
  memory.set("b", "B", 11);
  assert.equal(memory.get("b"), undefined);
  assert.equal(memory.get("a"), "new");
  memory.set("a", "too heavy", 11);
  assert.equal(memory.get("a"), undefined);
  assert.equal(memory.weight, 0);
});

Deno.test("Recent never holds more than its capacity, nor a value that was not the last set", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c", "d", "e"),
    value: fc.string(),
    weight: fc.integer({ min: 1, max: 12 }),
    waitMs: fc.integer({ min: 0, max: 700 }),
    isGet: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const { clock, memory } = recent(10);
    const last = new Map<string, string>();
    for (const { key, value, weight, waitMs, isGet } of steps) {
      clock.advance(waitMs);
      if (isGet) {
        const found = memory.get(key);
        assert.ok(found === undefined || found === last.get(key));
      } else {
        memory.set(key, value, weight);
        last.set(key, value);
        assert.equal(memory.get(key), weight > 10 ? undefined : value);
      }
      assert.ok(memory.weight >= 0 && memory.weight <= 10);
    }
  }));
});
