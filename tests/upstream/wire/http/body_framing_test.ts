/** Where a body ends, however its bytes are cut. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type BodyFraming,
  ChunkedFraming,
  LengthFraming,
  OpenFraming,
} from "../../../../src/upstream/wire/http/body_framing.ts";

const encoder = new TextEncoder();

/** Feeds bytes in pieces that end at these places; gives the body. */
function fed(framing: BodyFraming, bytes: Uint8Array, cuts: readonly number[] = []): Uint8Array {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])]
    .sort((a, b) => a - b);
  const body: number[] = [];
  let start = 0;
  for (const end of ends) {
    // What is pushed is written over afterwards, as the connection's buffer is.
    const piece = bytes.slice(start, end);
    body.push(...framing.push(piece));
    piece.fill(0xff);
    start = end;
  }
  return Uint8Array.from(body);
}

function chunkedOf(chunks: readonly Uint8Array[], extension: string, trailer: string): Uint8Array {
  const parts = chunks.flatMap((chunk) => [
    encoder.encode(`${chunk.length.toString(16)}${extension}\r\n`),
    chunk,
    encoder.encode("\r\n"),
  ]);
  parts.push(encoder.encode(`0\r\n${trailer}\r\n`));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const bodies = fc.uint8Array({ minLength: 1, maxLength: 40 });
const cuts = fc.array(fc.nat(1000), { maxLength: 12 });

Deno.test("ChunkedFraming gives the chunks' bytes, wherever the pieces end", () => {
  fc.assert(
    fc.property(
      fc.array(bodies, { maxLength: 6 }),
      fc.constantFrom("", ";name=value", " ;a"),
      fc.constantFrom("", "x-trailer: 1\r\n", "a: b\r\nc: d\r\n"),
      cuts,
      (chunks, extension, trailer, cuts) => {
        const framing = new ChunkedFraming();
        const body = fed(framing, chunkedOf(chunks, extension, trailer), cuts);
        assert.deepEqual([...body], chunks.flatMap((chunk) => [...chunk]));
        assert.equal(framing.isDone, true);
        assert.equal(framing.preventsReuse, false);
        framing.end();
      },
    ),
  );
});

Deno.test("ChunkedFraming takes bare line feeds, wherever the pieces end, and gives the connection up", () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 4 });
  fc.assert(fc.property(chunks, cuts, (chunks, cuts) => {
    const loose = Uint8Array.from([
      ...chunks.flatMap((chunk, index) => [
        ...encoder.encode(`${chunk.length.toString(16)}${index % 2 === 0 ? "" : ";a=b"}\n`),
        ...chunk,
        10,
      ]),
      ...encoder.encode("0\na: b\n\n"),
    ]);
    const framing = new ChunkedFraming();
    assert.deepEqual([...fed(framing, loose, cuts)], chunks.flatMap((chunk) => [...chunk]));
    assert.equal(framing.isDone, true);
    assert.equal(framing.preventsReuse, true);
  }));
});

Deno.test("ChunkedFraming ends nowhere before the end", () => {
  const whole = chunkedOf([encoder.encode("one"), encoder.encode("two")], "", "a: b\r\n");
  for (let end = 0; end < whole.length; end++) {
    const framing = new ChunkedFraming();
    fed(framing, whole.slice(0, end));
    assert.equal(framing.isDone, false, `after ${end} bytes`);
    assert.throws(() => framing.end(), /closed before the response was complete/);
  }
});

for (
  const [what, text] of [
    ["a size that is no number", "x\r\n"],
    ["no size", "\r\n"],
    ["a sign", "+1\r\na\r\n"],
    ["a size in 0x", "0x1\r\na\r\n"],
    ["a size that is too long", "0000000000001\r\na\r\n"],
    ["a line end alone behind data that is missing", "2\na\nb"],
    ["data that goes on behind its size", "1\r\nab\r\n"],
    ["data that goes on behind its size and a line feed", "1\nab\n"],
    ["extensions without end", `1;${"a".repeat(20_000)}`],
    ["trailers without end", `0\r\na: ${"b".repeat(20_000)}`],
    ["carriage returns without end", `0\r\n${"\r".repeat(20_000)}`],
    ["short trailers without end", `0\r\n${"a:\r\n".repeat(20_000)}`],
  ] as const
) {
  Deno.test(`ChunkedFraming refuses ${what}`, () => {
    assert.throws(
      () => fed(new ChunkedFraming(), encoder.encode(text)),
      /the response's chunks are malformed/,
    );
  });
}

Deno.test("Each framing tells bytes that come behind the body, and gives none of them", () => {
  for (
    const [framing, text, body] of [
      [new LengthFraming(3), "abcHTTP/1.1 200 OK", "abc"],
      [new LengthFraming(0), "x", ""],
      [new ChunkedFraming(), "1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK", "a"],
    ] as const
  ) {
    assert.equal(new TextDecoder().decode(framing.push(encoder.encode(text))), body);
    assert.equal(framing.isDone, true);
    assert.equal(framing.preventsReuse, true);
  }
});

Deno.test("LengthFraming gives as many bytes as were declared, wherever the pieces end", () => {
  fc.assert(fc.property(bodies, cuts, (body, cuts) => {
    const framing = new LengthFraming(body.length);
    assert.equal(framing.isDone, false);
    assert.deepEqual([...fed(framing, body, cuts)], [...body]);
    assert.equal(framing.isDone, true);
    assert.equal(framing.preventsReuse, false);
  }));
});

Deno.test("A body of declared length that breaks off is no body, one without length ends as it ends", () => {
  const declared = new LengthFraming(4);
  declared.push(encoder.encode("abc"));
  assert.throws(() => declared.end(), /closed before the response was complete/);
  const open = new OpenFraming();
  assert.deepEqual([...open.push(encoder.encode("abc"))], [...encoder.encode("abc")]);
  assert.equal(open.isDone, false);
  open.end();
  assert.equal(open.isDone, true);
});
