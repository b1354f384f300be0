/** JSON text, read without building values. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonReader, JsonTextError } from "../../../src/gemini/json/json_reader.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The value that a reader shows, by entering everything that can be entered. */
function valueOf(reader: JsonReader): unknown {
  if (reader.isObject) {
    const members: [string, unknown][] = [];
    for (let has = reader.enterObject(); has; has = reader.nextMember()) {
      const { name } = reader;
      if (isAscii(name)) assert.ok(reader.isNamed(name), name);
      assert.ok(!reader.isNamed(`${name}x`));
      members.push([name, valueOf(reader)]);
    }
    return Object.fromEntries(members);
  }
  if (reader.isArray) {
    const items: unknown[] = [];
    for (let has = reader.enterArray(); has; has = reader.nextItem()) items.push(valueOf(reader));
    return items;
  }
  return JSON.parse(decoder.decode(reader.take()));
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** Strings that are hard to find the end of. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom("\\", '"', "{", "}", "[", "]", ",", ":", "é", "x".repeat(50)))
    .map((pieces) => pieces.join("")),
);
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(text, tie("value"), { maxKeys: 5 }),
  ),
})).value;

Deno.test("JsonReader shows every value as JSON.parse does, whatever white space there is", () => {
  fc.assert(fc.property(value, fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
    const json = JSON.stringify(value, null, indent);
    const reader = new JsonReader(encoder.encode(` \r\n${json}\n `));
    assert.deepEqual(JSON.stringify(valueOf(reader)), JSON.stringify(JSON.parse(json)));
    reader.end();
  }));
});

Deno.test("JsonReader knows a name that is all escapes, and one that begins with a byte order mark", () => {
  const escaped = String.raw`"\u0065\u0072\u0072\u006f\u0072"`;
  const reader = new JsonReader(encoder.encode(`{${escaped}:1,"\ufeffa":2}`));
  assert.ok(reader.enterObject());
  assert.ok(reader.isNamed("error"));
  assert.equal(reader.name, "error");
  reader.skip();
  assert.ok(reader.nextMember());
  assert.equal(reader.name, "\ufeffa");
});

Deno.test("JsonReader skips every value, to the byte", () => {
  fc.assert(fc.property(value, (value) => {
    const json = encoder.encode(`${JSON.stringify(value)}`);
    const reader = new JsonReader(encoder.encode(`[${JSON.stringify(value)},1]`));
    assert.ok(reader.enterArray());
    assert.deepEqual(reader.take(), json);
    assert.ok(reader.nextItem());
    assert.equal(decoder.decode(reader.take()), "1");
    assert.equal(reader.nextItem(), false);
    reader.end();
  }));
});

Deno.test("JsonReader tells what is cut off from what is no JSON", () => {
  fc.assert(
    fc.property(fc.dictionary(text, value), (object) => {
      const json = encoder.encode(JSON.stringify(object));
      for (let length = 0; length < json.length; length++) {
        assert.throws(() => {
          const reader = new JsonReader(json.subarray(0, length));
          for (let has = reader.enterObject(); has; has = reader.nextMember()) reader.skip();
        }, (error) => error instanceof JsonTextError && error.isCut);
      }
    }),
    { numRuns: 50 },
  );
  for (const broken of ["<html>", "{broken}", '{"a" 1}', '{"a":}', '{"a":1 "b"}', '{"a":x}']) {
    assert.throws(
      () => {
        const reader = new JsonReader(encoder.encode(broken));
        for (let has = reader.enterObject(); has; has = reader.nextMember()) reader.skip();
      },
      (error) => error instanceof JsonTextError && !error.isCut,
      broken,
    );
  }
  const reader = new JsonReader(encoder.encode("{} {"));
  reader.skip();
  assert.throws(() => reader.end(), JsonTextError);
});

Deno.test("JsonReader takes time in proportion to the text, whatever it is made of", () => {
  const shapes: Readonly<Record<string, (count: number) => string>> = {
    "nesting": (count) => `${"[".repeat(count)}${"]".repeat(count)}`,
    "backslashes": (count) => `"${"\\\\".repeat(count)}"`,
    "escaped quotes": (count) => `"${'\\"'.repeat(count)}"`,
    "members": (count) => `{${'"\\u0061":1,'.repeat(count)}"b":2}`,
    "white space": (count) => `[${" ".repeat(count)}]`,
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const [small, large] = [50_000, 1_600_000].map((count) => {
      const bytes = encoder.encode(shape(count));
      const times = [0, 1, 2].map(() => {
        const startMs = performance.now();
        const reader = new JsonReader(bytes);
        if (reader.isObject) {
          for (let has = reader.enterObject(); has; has = reader.nextMember()) reader.skip();
        } else reader.skip();
        return performance.now() - startMs;
      });
      return Math.min(...times);
    });
    // 32 times the text; a square would take 1024 times as long.
    assert.ok((large ?? 0) < 300 * Math.max(small ?? 0, 1), `${name}: ${small} and ${large} ms`);
  }
});
