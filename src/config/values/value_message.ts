/**
 * Messages about wrong values, for people, instead of zod's own.
 *
 * @module
 */
import type { z } from "zod";

/** What a value must be, by the type that the schema expects. */
const KINDS: Readonly<Record<string, string>> = {
  number: "must be a number",
  int: "must be a whole number",
  string: "must be text",
  boolean: "must be true or false",
  array: "must be a list",
  object: "must hold keys with values",
  record: "must be a map",
};

/**
 * Returns the message for an issue, to follow the setting's name.
 *
 * @returns Undefined if zod's message, or that of the schema, is to be used.
 */
export function valueMessage(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return KINDS[issue.expected];
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "too_small":
      if (issue.origin === "string") return "must not be empty";
      return `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => `"${String(value)}"`).join(", ")}`;
    default:
      return undefined;
  }
}
