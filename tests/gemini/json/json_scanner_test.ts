/** What the scanner takes for JSON, what it keeps of it, and what that costs. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonNode } from "../../../src/gemini/json/json_node.ts";
import { JsonLimitError, JsonSyntaxError } from "../../../src/gemini/json/json_syntax_error.ts";
import { JsonScanner } from "../../../src/gemini/json/json_scanner.ts";
import { KEEP, listShape, objectShape } from "../../../src/gemini/json/json_shape.ts";
import { assertLinear } from "../../support/assert_linear.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const SHAPE = objectShape({
  contents: listShape({ role: KEEP, parts: listShape({ text: KEEP, functionCall: KEEP }) }),
  sessionId: KEEP,
});

/** Scans a text, in slices where `most` says so. */
function scanned(text: string | Uint8Array, most?: number): JsonNode {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const scanner = new JsonScanner(bytes, { shape: SHAPE });
  while (!scanner.scan(most));
  return scanner.root();
}

function isTaken(bytes: Uint8Array, most?: number): boolean {
  try {
    scanned(bytes, most);
    return true;
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError, String(error));
    return false;
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** What JSON is made of, and what it is not. */
const piece = fc.constantFrom(
  ...'{}[],:"\\ \n\t\r0123456789-+.eEtfnu/bé\u2028😀a\u0000\u001f\u007f'.split(/(?:)/u),
  ...["true", "false", "null", '"a"', "\\u00e9", "\\ud83d", "\\x", '""', "-0", "1e5", "01", "1."],
  ...['{"a":', "[[", "]]", '"contents"', '"parts"', '"role"', '"text":"', "[1,2]", "{}", "[]"],
);

/** JSON with a few bytes changed, taken out or put in. */
const mutated = fc.tuple(
  fc.oneof(fc.json(), fc.string({ unit: "binary" }).map((text) => JSON.stringify(text))),
  fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.oneof(fc.nat(255), fc.nat(0x7f))), { maxLength: 3 }),
).map(([json, changes]) => {
  const bytes = [...encoder.encode(json)];
  for (const [at, remove, byte] of changes) bytes.splice(at % (bytes.length + 1), remove, byte);
  return Uint8Array.from(bytes);
});

const anyBytes = fc.oneof(
  mutated,
  fc.array(piece).map((pieces) => encoder.encode(pieces.join(""))),
  fc.uint8Array(),
  fc.string({ minLength: 30, maxLength: 90 }).map((text) => encoder.encode(`"${text}"`)),
);

Deno.test("JsonScanner takes what JSON.parse takes, and nothing else", () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(7), (bytes, offset) => {
      // A view that does not begin where its buffer does, nor at a word of it.
      const padded = new Uint8Array(bytes.length + offset);
      padded.set(bytes, offset);
      const view = padded.subarray(offset);
      assert.equal(isTaken(view), isJson(bytes), decoder.decode(bytes));
    }),
    { numRuns: 20_000 },
  );
});

Deno.test("JsonScanner takes the same in slices of any size", () => {
  fc.assert(
    fc.property(anyBytes, fc.integer({ min: 1, max: 9 }), (bytes, most) => {
      assert.equal(isTaken(bytes, most), isJson(bytes), decoder.decode(bytes));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("JsonScanner refuses a byte in a long string that may not stand there", () => {
  for (let byte = 0; byte < 256; byte++) {
    for (const at of [0, 1, 2, 3, 37, 38, 39, 40]) {
      const bytes = encoder.encode(`"${"x".repeat(50)}"`);
      bytes[1 + at] = byte;
      assert.equal(isTaken(bytes), isJson(bytes), `${byte} at ${at}`);
    }
  }
});

Deno.test("JsonScanner takes the UTF-8 that TextDecoder takes, at every border of it", () => {
  const edges = [0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
  for (let first = 0x80; first < 256; first++) {
    for (const second of edges) {
      for (const third of edges) {
        for (const tail of [[], [0x80], [0xc0]]) {
          const bytes = Uint8Array.of(0x22, first, second, third, ...tail, 0x22);
          assert.equal(isTaken(bytes), isJson(bytes), String(bytes));
        }
      }
    }
  }
});

Deno.test("JsonScanner keeps the places of what is asked for, and of nothing else", () => {
  const text = ' {"x":{"contents":[1]}, "contents" : [ {"role":"user","y":[{"text":1}], ' +
    '"parts":[{"text":"a\\n"},{"\\u0074ext":"b"},7,["text"]]}, null ],"session_id":1e3}\n';
  const root = scanned(text);
  function said(node: JsonNode): unknown {
    const own = decoder.decode(node.bytes);
    if (node.children === undefined) return node.name === "" ? own : `${node.name}=${own}`;
    return [node.name, ...node.children.map(said)];
  }
  assert.deepEqual(said(root), [
    "",
    ["contents", ["", 'role="user"', [
      "parts",
      ["", 'text="a\\n"'],
      ["", 'text="b"'],
      "7",
      '["text"]',
    ]], "null"],
    "session_id=1e3",
  ]);
  assert.equal(root.field("sessionId")?.nameStart, text.indexOf('"session_id"'));
  assert.equal(root.get("contents")?.list[0]?.get("parts")?.list[0]?.get("text")?.text(99), "a\n");
});

Deno.test("JsonNode reads what JSON.parse reads of the members that are kept", () => {
  const part = fc.record({ text: fc.string({ unit: "binary" }), other: fc.jsonValue() });
  const content = fc.record({ role: fc.string(), parts: fc.oneof(part, fc.array(part)) });
  const body = fc.record({
    a: fc.jsonValue(),
    contents: fc.oneof(content, fc.array(content)),
    b: fc.jsonValue(),
  });
  fc.assert(fc.property(body, fc.nat(3), fc.integer({ min: 1, max: 99 }), (body, indent, most) => {
    const contents = scanned(JSON.stringify(body, null, indent), most).get("contents");
    const read = contents?.list.map((content) => ({
      role: content.get("role")?.text(1000),
      texts: content.get("parts")?.list.map((part) => part.get("text")?.text(1000)),
    }));
    assert.deepEqual(
      read,
      [body.contents].flat().map(({ role, parts }) => ({
        role,
        texts: [parts].flat().map(({ text }) => text),
      })),
    );
    for (const content of contents?.list ?? []) JSON.parse(decoder.decode(content.bytes));
  }));
});

Deno.test("JsonNode.get() takes the last of two members, as JSON.parse does", () => {
  const root = scanned('{"sessionId":1,"session_id":"snake","sessionId":"b"}');
  assert.equal(root.get("sessionId")?.text(9), "b");
  assert.equal(root.field("sessionId")?.text(9), "b");
  assert.ok(scanned('{"sessionId":null,"session_id":"snake"}').field("sessionId")?.isNull);
  assert.equal(scanned('{"session_id":"snake"}').field("sessionId")?.text(9), "snake");
});

Deno.test("JsonScanner bounds what it keeps, how deep it goes and how long a number is", () => {
  const many = `{"contents":[${"{},".repeat(100_000)}{}]}`;
  assert.throws(() => scanned(many), JsonLimitError);
  assert.throws(
    () => scanned(`{"sessionId":1${',"sessionId":1'.repeat(100_000)}}`),
    JsonLimitError,
  );
  assert.throws(() => scanned(`{"x":${"[".repeat(1_000_001)}`), JsonLimitError);
  assert.throws(() => scanned(`{"x":${"9".repeat(5000)}}`), JsonLimitError);
  assert.equal(scanned(`{"x":[${"{},".repeat(100_000)}{}]}`).members.length, 0);
  const deep = `{"x":${"[".repeat(500_000)}${"]".repeat(500_000)}}`;
  assert.equal(scanned(deep).end, deep.length);
});

/** Texts of a length that grows with `n`, each hard on some way of reading JSON. */
const HARD: Readonly<Record<string, (n: number) => string>> = {
  "distinct names": (n) => `{${Array.from({ length: n }, (_, at) => `"${at}z":1`).join(",")}}`,
  "one name": (n) => `{"a":1${',"a":1'.repeat(n)}}`,
  "names in escapes": (n) => `{"a":1${',"\\u0063ontents":1'.repeat(Math.min(n, 30_000))}}`,
  "arrays": (n) => `{"x":[${"[],".repeat(n)}[]]}`,
  "nesting": (n) => `{"x":${"[".repeat(n)}${"]".repeat(n)}}`,
  "objects": (n) => `{"x":[${"{},".repeat(n)}{}]}`,
  "empty strings": (n) => `["",${'"",'.repeat(n)}""]`,
  "backslashes": (n) => `"${"\\\\".repeat(n)}"`,
  "quotes": (n) => `"${'\\"'.repeat(n)}"`,
  "escapes": (n) => `"${"\\u00e9".repeat(n)}"`,
  "white space": (n) => `[${" \n".repeat(n)}]`,
  "numbers": (n) => `[${"1,".repeat(n)}1]`,
  "a name without end": (n) => `{"${"\\\\".repeat(n)}`,
};

Deno.test("JsonScanner takes a time that grows with the text's length", async (t) => {
  for (const [name, make] of Object.entries(HARD)) {
    await t.step(name, () => {
      assertLinear({
        make: (n) => encoder.encode(make(n)),
        work: (bytes) => isTaken(bytes),
        from: 50_000,
      });
    });
  }
});
