/** The current turn of a conversation, and the places of the calls in it. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  callOf,
  currentTurn as turnOf,
  type FunctionCall,
  placeOfCall as placeOf,
  usesFunctions,
} from "../../src/signatures/function_turn.ts";
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import { bodyOf, nodeOf } from "../support/body_of.ts";

function currentTurn(body: unknown, session: string) {
  return turnOf(bodyOf(body), session);
}

function placeOfCall(turn: string, nth: number, call: { name: string; args?: unknown }): string {
  return placeOf(turn, nth, { name: call.name, args: nodeOf(call.args) });
}

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
  for (const body of yes) assert.equal(usesFunctions(bodyOf(body)), true, JSON.stringify(body));
  for (const body of no) assert.equal(usesFunctions(bodyOf(body)), false, JSON.stringify(body));
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
  const text = `{"tools":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const args = parseNativeRequest(new TextEncoder().encode(text)).body.get("tools");
  assert.equal(typeof placeOf("t", 0, { name: "f", args }), "string");
});

Deno.test("placeOfCall() compares no arguments that are too large", () => {
  const large = [
    { a: "x".repeat(256 * 1024) },
    Array.from({ length: 20_000 }, (_, at) => at),
    { a: "y".repeat(300 * 1024) },
  ];
  const places = large.map((args) => placeOfCall("t", 0, { name: "f", args }));
  assert.equal(new Set(places).size, 1);
  assert.notEqual(places[0], placeOfCall("t", 0, { name: "f" }));
  assert.notEqual(places[0], placeOfCall("t", 0, { name: "f", args: { a: "x".repeat(1000) } }));
});

Deno.test("callOf() takes no nameless piece of streamed arguments for a call", () => {
  function callIn(part: unknown): FunctionCall | undefined {
    const [content] = bodyOf({ contents: [{ parts: [part] }] }).get("contents")?.list ?? [];
    const [read] = content?.get("parts")?.list ?? [];
    return read && callOf(read);
  }
  assert.equal(callIn({ functionCall: { partialArgs: [] } }), undefined);
  assert.deepEqual(callIn({ functionCall: { name: "f" } }), { name: "f", args: undefined });
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
    assert.equal(typeof usesFunctions(bodyOf(body)), "boolean");
    assert.ok(currentTurn(body, "s").calls >= 0);
  }));
});
