/** E-mail addresses are nobody's business. @module */
import assert from "node:assert/strict";
import { withoutEmails } from "../../src/telemetry/without_emails.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["Permission denied for jane.doe+x@example.co.uk.", "Permission denied for ***."],
  ["a@b.c and d_e@f-g.io", "*** and ***"],
  ['{"user":"x@y.z"}', '{"user":"***"}'],
  ["price@once, @google/genai 3.1.0, user@host", "price@once, @google/genai 3.1.0, user@host"],
  ["no address", "no address"],
];

for (const [text, expected] of CASES) {
  Deno.test(`withoutEmails() gives "${expected}"`, () => {
    assert.equal(withoutEmails(text), expected);
  });
}
