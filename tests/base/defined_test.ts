/** Optional members that are left out. @module */
import assert from "node:assert/strict";
import { defined } from "../../src/base/defined.ts";

Deno.test("defined() leaves out what is undefined, and keeps every other value", () => {
  const members = { a: 0, b: "", c: null, d: false, e: undefined };
  assert.deepEqual(Object.entries(defined(members)), [["a", 0], ["b", ""], ["c", null], [
    "d",
    false,
  ]]);
});

Deno.test("defined() makes members optional that may be undefined, and no others", () => {
  const text: string | undefined = Deno.args[0];
  const kept: { count: number; text?: string } = defined({ count: 1, text });
  assert.deepEqual(kept, { count: 1 });
  // @ts-expect-error: a member that may be undefined is not always there.
  const wrong: { text: string } = defined({ text });
  assert.deepEqual(wrong, {});
});
