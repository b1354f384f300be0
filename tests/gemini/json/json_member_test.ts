/** Members and items taken out of JSON bytes, held against JSON.parse. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isLosslessNumber, parse } from "lossless-json";
import { jsonMember } from "../../../src/gemini/json/json_member.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The text of a member's value. */
function member(json: string, name: string): string | undefined {
  const value = jsonMember(encoder.encode(json), name);
  return value === undefined ? undefined : decoder.decode(value);
}

/** Writes a value as JSON, with the next white space of `spaces` around each of its tokens. */
function written(value: unknown, spaces: Iterator<string>): string {
  function token(text: string): string {
    return `${spaces.next().value}${text}${spaces.next().value}`;
  }
  if (Array.isArray(value)) {
    return token("[") + value.map((item) => written(item, spaces)).join(token(",")) + token("]");
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, item]) =>
      token(JSON.stringify(name)) + token(":") + written(item, spaces)
    );
    return token("{") + members.join(token(",")) + token("}");
  }
  return token(JSON.stringify(value));
}

function* endlessly(items: readonly string[]): Generator<string, never> {
  while (true) yield* items;
}

/** A JSON string literal with every UTF-16 unit escaped. */
function escapedName(name: string): string {
  const units = Array.from({ length: name.length }, (_, at) => name.charCodeAt(at));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}

/**
 * Parses without V8's JSON.parse, which reads the name `"\""` as `"\\"` once an object with a name like
 * the latter went before (Deno 2.7 and 2.9).
 */
function parsed(json: string): unknown {
  return parse(json, (_, value) => isLosslessNumber(value) ? Number(value) : value);
}

const objects = fc.dictionary(
  fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", '"', "\\", "a\\", '\\"', "{", "}")),
  fc.oneof(fc.jsonValue(), fc.constantFrom('"', "\\", '\\"', "}", "]", ",", "\\\\")),
);
const spaces = fc.array(fc.string({ unit: fc.constantFrom(" ", "\n", "\r", "\t") }), {
  minLength: 1,
});

Deno.test("jsonMember() finds the value of every member, at any white space", () => {
  fc.assert(fc.property(objects, spaces, (object, spaces) => {
    const json = written(object, endlessly(spaces));
    for (const [name, expected] of Object.entries(Object(parsed(json)))) {
      const text = member(json, name) ?? assert.fail(`no member ${JSON.stringify(name)}`);
      assert.deepEqual(parsed(text), expected);
      assert.equal(text, text.replace(/^[ \n\r\t]+|[ \n\r\t]+$/g, ""));
    }
  }));
});

Deno.test("jsonMember() finds a member whose name is escaped", () => {
  assert.equal(member('{"a":1,"respo\\u006ese":{"b":2}}', "response"), '{"b":2}');
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    assert.equal(member(`{${escapedName(name)}:[1]}`, name), "[1]");
  }));
});

Deno.test("jsonMember() gives undefined when the object has no such member", () => {
  fc.assert(fc.property(objects, fc.string(), (object, name) => {
    fc.pre(!Object.hasOwn(object, name));
    assert.equal(member(JSON.stringify(object), name), undefined);
  }));
  assert.equal(
    member('{"traceId":"x","a":{"response":1},"b":"\\"response\\":1"}', "response"),
    undefined,
  );
  assert.equal(member(" { } ", "response"), undefined);
});

Deno.test("jsonMember() gives a view, not a copy", () => {
  const json = encoder.encode('{"response":{"candidates":[]},"traceId":"x"}');
  assert.equal(jsonMember(json, "response")?.buffer, json.buffer);
});

Deno.test("jsonMember() throws SyntaxError when the object is cut off before its end", () => {
  fc.assert(fc.property(objects, fc.nat(), (object, cut) => {
    const json = encoder.encode(JSON.stringify(object));
    const part = json.subarray(0, cut % json.length);
    assert.throws(() => jsonMember(part, "no such member, whatever the case"), SyntaxError);
  }));
});

Deno.test("jsonMember() throws SyntaxError when the text is no object or broken between members", () => {
  const texts = ["", "[]", "1", "null", '"response"', "{,}", "{response:1}", '{"response"}'];
  texts.push(
    '{"response" 1}',
    '{"a":,"response":1}',
    '{"a":1 "response":1}',
    '{"a":1,}',
    '{"a":}',
    "{'a':1}",
  );
  for (const text of texts) assert.throws(() => member(text, "response"), SyntaxError, text);
});

Deno.test("jsonMember() ends on any bytes, with a view, undefined or SyntaxError", () => {
  const piece = fc.constantFrom(
    '{"',
    '"',
    "\\",
    ":",
    ",",
    "}",
    "{",
    "[",
    "]",
    "a",
    " ",
    "1",
    "\u00e9",
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    try {
      const value = jsonMember(encoder.encode(pieces.join("")), "a");
      assert.ok(value === undefined || value.length > 0);
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
    }
  }));
});
