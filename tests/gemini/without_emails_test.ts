/** E-mail addresses are nobody's business. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { withoutEmails, withoutEmailsInside } from "../../src/gemini/without_emails.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["Permission denied for jane.doe+x@example.co.uk.", "Permission denied for ***."],
  ["a@b.c and d_e@f-g.io", "*** and ***"],
  ['{"user":"x@y.z"}', '{"user":"***"}'],
  ["price@once, @google/genai 3.1.0, user@host", "price@once, @google/genai 3.1.0, user@host"],
  ["no address", "no address"],
  ["https://a.example/?Email=ada%40b.example&x=1", "https://a.example/?Email=***&x=1"],
];

for (const [text, expected] of CASES) {
  Deno.test(`withoutEmails() gives "${expected}"`, () => {
    assert.equal(withoutEmails(text), expected);
  });
}

Deno.test("withoutEmails() leaves a JSON text one, whatever stands before an address", () => {
  const texts = fc.string({ unit: "binary", maxLength: 5 });
  fc.assert(fc.property(texts, texts, (before, after) => {
    const message = JSON.parse(
      withoutEmails(JSON.stringify({ message: `${before}ada@b.io${after}` })),
    );
    assert.doesNotMatch(message.message, /ada@b\.io/);
  }));
});

Deno.test("withoutEmailsInside() cleans every string, and leaves the rest as it was", () => {
  assert.deepEqual(
    withoutEmailsInside({ user: "ada@b.io", list: ["c@d.io", 1, null], flag: true, plain: "x" }),
    { user: "***", list: ["***", 1, null], flag: true, plain: "x" },
  );
});
