/** What the check of a body costs. @module */
import { checkMessage } from "../../../src/emulator/schema/proto_check.ts";
import { assertLinear } from "../../support/assert_linear.ts";

function check(json: unknown): number {
  return checkMessage(json, { message: "GenerateContentRequest", flavour: "dev" }).violations
    .length;
}

/** Bodies that are hard on some way of checking them. */
const HARD: Readonly<Record<string, (n: number) => unknown>> = {
  "padding of base64": (n) => ({
    contents: [{ parts: [{ inlineData: { data: `${"=".repeat(n)}x` } }] }],
  }),
  "unknown names": (n) => Object.fromEntries(Array.from({ length: n }, (_, at) => [`x${at}`, 1])),
  "wrong items": (n) => ({ contents: Array.from({ length: n }, () => 1) }),
};

Deno.test("checkMessage() takes a time that grows with the body's length", async (t) => {
  for (const [name, make] of Object.entries(HARD)) {
    await t.step(name, () => assertLinear({ make, work: check, from: 5000 }));
  }
});
