/** What keeps a conversation's fingerprint, and what changes it. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fingerprint } from "../../src/gemini/fingerprint.ts";
import type { JsonObject } from "../../src/base/json.ts";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import { bodyOf } from "../support/body_of.ts";

const CALLER = "caller";
const OPENING = "Tell me about the Dioscuri";

function print(body: JsonObject): string {
  return fingerprint(bodyOf(body), CALLER);
}

function turn(role: string, ...texts: string[]): JsonObject {
  return { role, parts: texts.map((text) => ({ text })) };
}

function conversation(...contents: JsonObject[]): JsonObject {
  return { contents };
}

Deno.test("fingerprint() is a SHA-256 in hexadecimal", () => {
  assert.match(print(conversation(turn("user", OPENING))), /^[0-9a-f]{64}$/);
});

/** A text that opens a conversation, from its first turn on. */
const opening = fc.string({ minLength: 11 })
  .filter((text) => text.trim().length > 10 && !text.includes("<system-reminder>"));

const laterTurn = fc.record({
  role: fc.constantFrom("user", "model", "function"),
  parts: fc.array(fc.record({ text: fc.string() }), { minLength: 1 }),
});

Deno.test("fingerprint() stays the same in every later turn", () => {
  const turns = fc.array(laterTurn, { maxLength: 6 });
  fc.assert(fc.property(opening, fc.string(), turns, (text, system, later) => {
    const systemInstruction = { parts: [{ text: system }] };
    const first = { systemInstruction, contents: [turn("user", text)] };
    const next = { systemInstruction, contents: [turn("user", text), ...later] };
    assert.equal(print(next), print(first));
  }));
});

Deno.test("fingerprint() ignores what may change from call to call", () => {
  const contents = [turn("user", OPENING)];
  const other = {
    contents,
    generationConfig: { temperature: 1, seed: 7 },
    tools: [{ functionDeclarations: [] }],
    safetySettings: [],
  };
  assert.equal(print(other), print({ contents }));
});

Deno.test("fingerprint() keeps apart what differs in caller, system instruction or opening", () => {
  // Short alphabets and prefixes of one another: what a plain concatenation would mix up.
  const piece = fc.string({ unit: fc.constantFrom("a", "1", ":", "0"), maxLength: 6 });
  const triple = fc.tuple(piece, piece, piece.map((text) => `${text}opening-text`));
  function printOf([caller, system, text]: readonly [string, string, string]): string {
    return fingerprint(
      bodyOf({ systemInstruction: system, contents: [turn("user", text)] }),
      caller,
    );
  }
  fc.assert(
    fc.property(triple, triple, (a, b) => {
      assert.equal(printOf(a) === printOf(b), a.every((text, at) => text === b[at]));
    }),
    { numRuns: 500 },
  );
  assert.notEqual(printOf(["ab", "", OPENING]), printOf(["a", "b", OPENING]));
  assert.notEqual(printOf(["", "ab", OPENING]), printOf(["", "a", `b${OPENING}`]));
});

Deno.test("fingerprint() reads every form of an instruction or a content alike", () => {
  const contents = [turn("user", OPENING)];
  const parts = [{ text: "Be brief" }];
  const [expected, ...others] = [
    { contents, systemInstruction: { parts } },
    { contents, system_instruction: { parts } },
    { contents, systemInstruction: "Be brief" },
    { contents, systemInstruction: { text: "Be brief" } },
    { contents, systemInstruction: { role: "system", parts: parts[0] } },
    { contents: { role: "user", parts: { text: OPENING } }, systemInstruction: { parts } },
    { contents: [{ parts: [{ text: OPENING }] }], systemInstruction: { parts } },
    { contents: [{ role: "", parts: [{ text: OPENING }] }], systemInstruction: { parts } },
    { contents: [turn("user", ` ${OPENING}\n`)], systemInstruction: { parts } },
  ].map(print);
  for (const [index, other] of others.entries()) assert.equal(other, expected, `form ${index + 1}`);
  assert.notEqual(print({ contents }), expected);
});

Deno.test("fingerprint() goes past texts that say too little or change", () => {
  const expected = print(conversation(turn("user", OPENING)));
  const passed = [
    turn("user", "hi"),
    turn("user", "0123456789"),
    turn("user", "   hi            "),
    turn("user", "<system-reminder>today is Monday</system-reminder>"),
    turn("user", "A long opening", "with a <system-reminder> in its second part"),
    turn("model", "A model's text is never the opening"),
    turn("function", "Nor is a function's"),
    { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: "AAAA" } }] },
  ];
  for (const content of passed) {
    assert.equal(
      print(conversation(content, turn("user", OPENING))),
      expected,
      JSON.stringify(content),
    );
  }
  assert.notEqual(
    print(conversation(turn("user", "01234567890"), turn("user", OPENING))),
    expected,
  );
});

Deno.test("fingerprint() counts the parts of a text together", () => {
  const whole = print(conversation(turn("user", "first second")));
  assert.equal(print(conversation(turn("user", "first", "second"))), whole);
});

Deno.test("fingerprint() falls back to the first content when no text opens", () => {
  const image = (data: string) => ({ role: "user", parts: [{ inlineData: { data } }] });
  const first = print(conversation(image("AAAA")));
  assert.equal(print(conversation(image("AAAA"), turn("model", "It is a swan"))), first);
  assert.notEqual(print(conversation(image("BBBB"))), first);
  assert.notEqual(
    print(conversation(turn("user", "hi"))),
    print(conversation(turn("user", "hello"))),
  );
});

Deno.test("fingerprint() reads any body", () => {
  const field = fc.oneof(fc.jsonValue(), fc.array(fc.dictionary(fc.string(), fc.jsonValue())));
  fc.assert(fc.property(field, field, fc.string(), (contents, systemInstruction, caller) => {
    assert.match(fingerprint(bodyOf({ contents, systemInstruction }), caller), /^[0-9a-f]{64}$/);
  }));
  assert.match(print({}), /^[0-9a-f]{64}$/);
});

Deno.test("fingerprint() survives a content nested deeper than the stack", () => {
  const text = `{"contents":[${"[".repeat(50_000)}${"]".repeat(50_000)}]}`;
  const { body } = parseNativeRequest(new TextEncoder().encode(text));
  assert.match(fingerprint(body, CALLER), /^[0-9a-f]{64}$/);
});

Deno.test("fingerprint() looks at the beginning of long texts alone", () => {
  const long = "x".repeat(1024 * 1024);
  const texts = [`${long}a`, `${long}b`, `y${long}`].map((text) => [
    print(conversation(turn("user", text))),
    print({ systemInstruction: text, contents: [turn("user", OPENING)] }),
    print(conversation({ role: "user", parts: [{ inlineData: { data: text } }] })),
  ]);
  const [first, second, third] = texts;
  assert.deepEqual(first, second);
  first?.forEach((one, nth) => assert.notEqual(one, third?.[nth]));
  assert.equal(new Set(first).size, 3);
});
