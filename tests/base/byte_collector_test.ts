/** Bytes that come in pieces. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteCollector } from "../../src/base/byte_collector.ts";
import { assertLinear } from "../support/assert_linear.ts";

Deno.test("ByteCollector gives what was added, in one piece, time after time", () => {
  const collector = new ByteCollector();
  const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 200, size: "max" });
  fc.assert(fc.property(pieces, (pieces) => {
    for (const piece of pieces) collector.add(piece);
    const expected = pieces.flatMap((piece) => [...piece]);
    assert.equal(collector.length, expected.length);
    assert.deepEqual([...collector.take()], expected);
    assert.equal(collector.length, 0);
    assert.equal(collector.take().length, 0);
  }));
});

Deno.test("ByteCollector does not copy a single piece", () => {
  const collector = new ByteCollector();
  const piece = Uint8Array.of(1, 2, 3);
  collector.add(piece);
  assert.equal(collector.take(), piece);
});

Deno.test("ByteCollector takes single bytes in a time that grows with their number", () => {
  assertLinear({
    make: (n) => n,
    from: 50_000,
    work: (n) => {
      const collector = new ByteCollector();
      for (let at = 0; at < n; at++) collector.add(Uint8Array.of(at));
      assert.equal(collector.take().length, n);
    },
  });
});
