/** What is said of a value that does not fit. @module */
import assert from "node:assert/strict";
import * as z from "zod";
import { valueMessage } from "../../../src/config/values/value_message.ts";

Deno.test("valueMessage() says in plain words what a value has to be", () => {
  const error = valueMessage;
  const cases: readonly (readonly [type: z.ZodType, value: unknown, words: string])[] = [
    [z.number({ error }), "x", "must be a number"],
    [z.int({ error }), 1.5, "must be a whole number"],
    [z.string({ error }), 1, "must be text"],
    [z.boolean({ error }), 1, "must be true or false"],
    [z.array(z.string(), { error }), 1, "must be a list"],
    [z.object({}, { error }), 1, "must hold keys with values"],
    [z.record(z.string(), z.string(), { error }), 1, "must be a map"],
    [z.number().max(5, { error }), 6, "must be at most 5"],
    [z.number().min(5, { error }), 4, "must be at least 5"],
    [z.number().gt(5, { error }), 5, "must be more than 5"],
    [z.string().min(1, { error }), "", "must not be empty"],
    [z.enum(["a", "b"], { error }), "c", 'must be one of "a", "b"'],
  ];
  for (const [type, value, words] of cases) {
    assert.equal(type.safeParse(value).error?.issues[0]?.message, words);
  }
});
