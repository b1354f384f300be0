/** Which values are objects. @module */
import assert from "node:assert/strict";
import { isJsonObject } from "../../src/base/json_object.ts";

Deno.test("isJsonObject() tells objects from everything else that JSON has", () => {
  for (const value of [{}, { a: 1 }]) assert.equal(isJsonObject(value), true);
  for (const value of [null, undefined, [], [{}], "{}", 0, true]) {
    assert.equal(isJsonObject(value), false, JSON.stringify(value));
  }
});
