/** The heap against a sorted list. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Heap, type HeapItem } from "../../../src/pool/queues/heap.ts";

interface Item extends HeapItem {
  value: number;
}

Deno.test("Heap has the first item on top, whatever is added, taken out or moved", () => {
  const step = fc.record({
    action: fc.constantFrom("add", "add", "remove", "update"),
    at: fc.nat({ max: 50 }),
    value: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const heap = new Heap<Item>((a, b) => a.value < b.value);
    const items: Item[] = [];
    for (const { action, at, value } of steps) {
      const item = items[at % Math.max(1, items.length)];
      if (action === "add") {
        const added = { value, heapIndex: -1 };
        heap.add(added);
        items.push(added);
      } else if (item !== undefined && action === "remove") {
        heap.remove(item);
        items.splice(items.indexOf(item), 1);
        assert.ok(!heap.has(item));
      } else if (item !== undefined) {
        item.value = value;
        heap.update(item);
      }
      assert.equal(heap.size, items.length);
      assert.ok(items.every((item) => heap.has(item)));
      const least = Math.min(...items.map((item) => item.value));
      assert.equal(heap.first?.value, items.length === 0 ? undefined : least);
    }
  }));
});

Deno.test("Heap compares a number of times that grows with the logarithm of its size", () => {
  let compared = 0;
  const heap = new Heap<Item>((a, b) => {
    compared++;
    return a.value < b.value;
  });
  for (let value = 0; value < 16_384; value++) heap.add({ value, heapIndex: -1 });
  compared = 0;
  const { first } = heap;
  assert.ok(first);
  first.value = Infinity;
  heap.update(first);
  assert.ok(compared <= 2 * 14 + 1, `${compared}`);
});
