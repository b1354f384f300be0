/** Which values are objects. @module */
import assert from "node:assert/strict";
import { isJsonObject, parsedJson, parsedObject } from "../../src/base/json.ts";

Deno.test("isJsonObject() tells objects from everything else that JSON has", () => {
  for (const value of [{}, { a: 1 }]) assert.equal(isJsonObject(value), true);
  for (const value of [null, undefined, [], [{}], "{}", 0, true]) {
    assert.equal(isJsonObject(value), false, JSON.stringify(value));
  }
});

Deno.test("parsedJson() reads text and bytes, and gives undefined for what is not JSON", () => {
  for (const text of ['{"a":[1]}', "null", '"x"', " 1 "]) {
    assert.deepEqual(parsedJson(text), JSON.parse(text));
    assert.deepEqual(parsedJson(new TextEncoder().encode(text)), JSON.parse(text));
  }
  for (const text of ["", "{", "undefined", "{'a':1}", "[1,]"]) {
    assert.equal(parsedJson(text), undefined);
    assert.equal(parsedJson(new TextEncoder().encode(text)), undefined);
  }
});

Deno.test("parsedObject() gives the members of an object, and undefined for anything else", () => {
  assert.deepEqual(parsedObject('{"a":1}'), { a: 1 });
  for (const text of ["[]", "null", "1", '"{}"', "{"]) assert.equal(parsedObject(text), undefined);
});
