import assert from "node:assert/strict";
import fc from "fast-check";
import { ProtoWriter, readProto } from "../../../src/store/database/proto.ts";
import { StoreError } from "../../../src/store/store_error.ts";
import { assertLinear } from "../../support/assert_linear.ts";

Deno.test("ProtoWriter writes what the encoding's own description shows", () => {
  assert.equal(new ProtoWriter().number(1, 150).finish().toHex(), "089601");
  const text = new TextEncoder().encode("testing");
  assert.equal(new ProtoWriter().bytes(2, text).finish().toHex(), "120774657374696e67");
  const inner = new ProtoWriter().number(1, 150);
  assert.equal(new ProtoWriter().bytes(3, inner).finish().toHex(), "1a03089601");
  assert.equal(new ProtoWriter().number(1, 0).number(2, false).finish().length, 0);
});

Deno.test("readProto() gives back every number up to 2^53, all bytes and all messages", () => {
  fc.assert(fc.property(
    fc.maxSafeNat(),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.nat()),
    (number, bytes, items) => {
      const writer = new ProtoWriter().number(1, number).bytes(20, bytes);
      for (const item of items) writer.bytes(3, new ProtoWriter().number(1, item));
      const message = readProto(writer.finish());
      assert.equal(message.number(1), number);
      assert.deepEqual(message.bytes(20), new Uint8Array(bytes));
      assert.deepEqual(message.messages(3).map((item) => item.number(1)), items);
    },
  ));
});

Deno.test("readProto() passes over what it does not know, and gives the defaults of what is missing", () => {
  const fixed64 = "21" + "0011223344556677";
  const fixed32 = "2d" + "00112233";
  const message = readProto(Uint8Array.fromHex(`${fixed64}${fixed32}089601`));
  assert.equal(message.number(1), 150);
  assert.equal(message.number(7), 0);
  assert.equal(message.bytes(7).length, 0);
  assert.deepEqual(message.messages(7), []);
});

Deno.test("readProto() refuses what is cut off or no message", () => {
  for (const hex of ["08", "0896", "1207746573", "0b", "ffffffffff"]) {
    assert.throws(() => readProto(Uint8Array.fromHex(hex)), StoreError, hex);
  }
});

Deno.test("readProto() takes a time that grows with the number of fields", () => {
  assertLinear({
    make: (n) => {
      const message = new Uint8Array(2 * n);
      for (let at = 0; at < message.length; at += 2) message[at] = 0x0a;
      return message;
    },
    work: (message) => readProto(message).messages(1).length,
    from: 5000,
  });
});

Deno.test("readProto() refuses a number of more than ten bytes", () => {
  assert.throws(() => readProto(new Uint8Array(1000).fill(0x80)), StoreError);
  assert.throws(() => readProto(Uint8Array.of(0x08, ...new Array(10).fill(0xff), 1)), StoreError);
});
