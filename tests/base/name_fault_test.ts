/** Which names accounts and client keys may have. @module */
import assert from "node:assert/strict";
import { nameFault } from "../../src/base/name_fault.ts";

const WORDS = { whose: "A key's name", example: "ada" };

Deno.test("A name is no segment of a path that stands for another one", () => {
  for (const name of [".", ".."]) {
    assert.match(nameFault(name, WORDS) ?? "", /^A key's name must not be "\.+", which addresses/);
  }
  for (const name of ["...", ".a", "a.", "a..b", "-", "_", "constructor", "__proto__"]) {
    assert.equal(nameFault(name, WORDS), undefined, name);
  }
});

Deno.test("A name is short, and neither an e-mail address nor a key", () => {
  assert.equal(nameFault("a".repeat(64), WORDS), undefined);
  for (const name of ["", "a".repeat(65), "a b", "a/b", "é", "a\n", "ada@planted.example"]) {
    assert.notEqual(nameFault(name, WORDS), undefined, name);
  }
});
