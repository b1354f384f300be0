/** The table of conversations against a map that does the same. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { SessionTable } from "../../../src/pool/sessions/session_table.ts";
import { session } from "../../support/session.ts";

const CAPACITY = 5;

/** What is done with one conversation. */
type Step = readonly [action: "add" | "touch" | "remove" | "set", name: string, value: number];

/** Does the same with the table and with a map in order of use. */
function apply(table: SessionTable, map: Map<string, number>, [action, name, value]: Step): void {
  const slot = table.find(session(name));
  assert.equal(slot >= 0, map.has(name), name);
  const entry = { account: value, endMs: 1.7e12 + value };
  if (slot < 0) {
    if (action !== "add") return;
    const [oldest] = map.keys();
    if (map.size === CAPACITY && oldest !== undefined) map.delete(oldest);
    table.add(session(name), entry);
    map.set(name, value);
    return;
  }
  assert.equal(table.account(slot), map.get(name));
  assert.equal(table.endMs(slot), 1.7e12 + (map.get(name) ?? 0));
  if (action === "touch") {
    const known = map.get(name) ?? 0;
    map.delete(name);
    map.set(name, known);
    table.touch(slot);
  } else if (action === "set") {
    map.set(name, value);
    table.set(slot, entry);
  } else if (action === "remove") {
    map.delete(name);
    table.remove(slot);
  }
}

Deno.test("SessionTable does as a map in order of use, and forgets the oldest when it is full", () => {
  const step = fc.tuple(
    fc.constantFrom("add", "touch", "remove", "set"),
    fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
    fc.nat(),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const table = new SessionTable(CAPACITY);
    const map = new Map<string, number>();
    for (const one of steps) {
      apply(table, map, one);
      assert.equal(table.size, map.size);
      const [oldest] = map.keys();
      assert.equal(table.oldest, oldest === undefined ? -1 : table.find(session(oldest)));
    }
  }));
});

Deno.test("SessionTable grows with what it holds, to 44 bytes for each at its capacity", () => {
  const table = new SessionTable(10_000);
  assert.ok(table.bytes < 50_000);
  for (let nth = 0; nth < 25_000; nth++) {
    table.add(session(`s${nth}`), { account: nth, endMs: nth });
  }
  assert.deepEqual([table.size, table.bytes], [10_000, 440_000]);
  assert.equal(table.find(session("s14999")), -1);
  for (let nth = 15_000; nth < 25_000; nth++) {
    assert.equal(table.account(table.find(session(`s${nth}`))), nth);
  }
});
