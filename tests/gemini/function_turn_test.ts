/** The current turn of a conversation, and the places of the calls in it. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { callOf, currentTurn, placeOfCall, usesFunctions } from "../../src/gemini/function_turn.ts";

const USER = { role: "user", parts: [{ text: "Hello" }] };
const CALL = { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] };
const SNAKE_CALL = { role: "model", parts: [{ text: "a" }, { function_call: { name: "f" } }] };
const RESULT = { role: "user", parts: [{ functionResponse: { name: "f", response: {} } }] };
const OLD_RESULT = { role: "function", parts: [{ function_response: { name: "f" } }] };

Deno.test("usesFunctions() sees declared functions and calls, in either spelling", () => {
  const yes = [
    { tools: [{ functionDeclarations: [{ name: "f" }] }] },
    { tools: [{ googleSearch: {} }, { function_declarations: [] }] },
    { tools: { functionDeclarations: [] } },
    { contents: [USER, CALL] },
    { contents: [USER, SNAKE_CALL] },
  ];
  const no = [
    {},
    { contents: [USER], tools: [] },
    { tools: [{ googleSearch: {} }, null, "x"] },
    { contents: [USER, { role: "model", parts: [{ text: '"functionCall"' }] }] },
    { contents: [null, 7, { parts: null }, { parts: [null, { functionCall: null }] }] },
  ];
  for (const body of yes) assert.equal(usesFunctions(body), true, JSON.stringify(body));
  for (const body of no) assert.equal(usesFunctions(body), false, JSON.stringify(body));
});

Deno.test("currentTurn() starts at the last content that is the user's own words", () => {
  const turns: [readonly unknown[], number, number][] = [
    [[], -1, 0],
    [[USER], 0, 0],
    [[USER, CALL, RESULT], 0, 1],
    [[USER, CALL, OLD_RESULT, SNAKE_CALL, RESULT, CALL], 0, 3],
    [[USER, CALL, RESULT, USER], 3, 0],
    [[{ parts: [{ text: "no role" }] }, CALL], 0, 1],
    [[CALL], -1, 1],
  ];
  for (const [contents, start, calls] of turns) {
    const turn = currentTurn({ contents }, "s");
    assert.deepEqual([turn.start, turn.calls], [start, calls], JSON.stringify(contents));
  }
});

Deno.test("currentTurn() tells turns apart by conversation, number and words", () => {
  const other = { role: "user", parts: [{ text: "Goodbye" }] };
  const keys = [
    currentTurn({ contents: [USER] }, "s"),
    currentTurn({ contents: [USER] }, "t"),
    currentTurn({ contents: [USER, CALL, RESULT, USER] }, "s"),
    currentTurn({ contents: [other] }, "s"),
  ].map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(currentTurn({ contents: [USER, CALL, RESULT, CALL] }, "s").key, keys[0]);
});

Deno.test("placeOfCall() is the same however a client writes the same arguments", () => {
  const place = placeOfCall("t", 0, { name: "f", args: { a: 20, b: [{ x: 1, y: null }] } });
  const others: unknown[] = [
    JSON.parse('{"b":[{"y":null,"x":1.0}],"a":2e1}'),
    { b: [{ y: null, x: 1 }], a: 20, c: undefined },
  ];
  for (const args of others) assert.equal(placeOfCall("t", 0, { name: "f", args }), place);
  const empty = placeOfCall("t", 0, { name: "f", args: {} });
  for (const args of [undefined, null]) {
    assert.equal(placeOfCall("t", 0, { name: "f", args }), empty);
  }
});

Deno.test("placeOfCall() differs by turn, number, name and arguments", () => {
  const call = { name: "f", args: { a: 1 } };
  const places = [
    placeOfCall("t", 0, call),
    placeOfCall("u", 0, call),
    placeOfCall("t", 1, call),
    placeOfCall("t", 0, { ...call, name: "g" }),
    placeOfCall("t", 0, { ...call, args: { a: "1" } }),
    placeOfCall("t", 0, { ...call, args: { a: [1] } }),
    placeOfCall("t", 0, { ...call, args: {} }),
  ];
  assert.equal(new Set(places).size, places.length);
});

Deno.test("placeOfCall() takes arguments that are nested deeper than the stack", () => {
  let args: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) args = [args];
  assert.equal(typeof placeOfCall("t", 0, { name: "f", args }), "string");
});

Deno.test("callOf() takes no nameless piece of streamed arguments for a call", () => {
  assert.equal(callOf({ functionCall: { partialArgs: [] } }), undefined);
  assert.deepEqual(callOf({ functionCall: { name: "f" } }), { name: "f", args: undefined });
});

Deno.test("currentTurn() and usesFunctions() read any body", () => {
  const part = fc.oneof(fc.jsonValue(), fc.record({ functionCall: fc.jsonValue() }));
  const content = fc.oneof(
    fc.jsonValue(),
    fc.record({ role: fc.jsonValue(), parts: fc.oneof(fc.array(part), part) }),
  );
  const body = fc.record({
    contents: fc.oneof(fc.array(content), content),
    tools: fc.jsonValue(),
  });
  fc.assert(fc.property(body, (body) => {
    assert.equal(typeof usesFunctions(body), "boolean");
    assert.ok(currentTurn(body, "s").calls >= 0);
  }));
});
