import assert from "node:assert/strict";
import { parseKeys } from "../../../src/cli/terminal/hidden_line.ts";

function typed(text: string): Iterable<number> {
  return new TextEncoder().encode(text);
}

Deno.test("parseKeys() gives the line up to its end, with what was taken back left out", () => {
  assert.equal(parseKeys(typed("open sesame\r")), "open sesame");
  assert.equal(parseKeys(typed("one\ntwo\n")), "one");
  assert.equal(parseKeys(typed("grüß🔑\x7f\x7fn\x08\x7fün\r")), "grün");
  assert.equal(parseKeys(typed("\x7f\x7fa\r")), "a");
  assert.equal(parseKeys(typed("wrong\x15right\r")), "right");
  assert.equal(parseKeys(typed("\r")), "");
});

Deno.test("parseKeys() leaves what comes after the line to the next reader", () => {
  const keys = (function* () {
    yield* typed("one\rtwo\r");
  })();
  const rest = { [Symbol.iterator]: () => ({ next: () => keys.next() }) };
  assert.equal(parseKeys(rest), "one");
  assert.equal(parseKeys(rest), "two");
});

Deno.test("parseKeys() throws when the user breaks off, or the input ends", () => {
  for (const text of ["op\x03en\r", "\x04", "open\x04"]) {
    assert.throws(() => parseKeys(typed(text)), /^Error: Cancelled; nothing was changed$/);
  }
  assert.throws(() => parseKeys(typed("open")), /ended within the line/);
});
