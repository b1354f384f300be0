/**
 * Values that requests of the admin API set: of accounts and of client keys. Their rules are those of the commands.
 *
 * @module
 */
import * as z from "zod";
import { isLabel, LABEL_WORDS, modelPattern, PATTERN_WORDS } from "../../../base/labels.ts";
import { MOST_RULES } from "../../../keys/key_book.ts";

const TOO_MANY = `It must have at most ${MOST_RULES} entries`;

/** A name; the books check it. */
export const nameInput = z.string("It must be a text").meta({
  description: 'At most 64 letters, digits, ".", "_" and "-"',
});

/** Labels, or names of accounts. */
export const labelsInput = z.array(
  z.string("It must be a text").refine(isLabel, `It must ${LABEL_WORDS}`),
  "It must be a list of texts",
).max(MOST_RULES, TOO_MANY);

/** Patterns of models; `models/` before one is left out. */
export const patternsInput = z.array(
  z.string("It must be a text").refine(
    (text) => modelPattern(text) !== undefined,
    `It must ${PATTERN_WORDS}`,
  ),
  "It must be a list of patterns",
).max(MOST_RULES, TOO_MANY);

/** The patterns as they are stored, each once. */
export function patternsOf(patterns: readonly string[]): readonly string[] {
  return [...new Set(patterns.map((text) => modelPattern(text) ?? text))];
}

/** A whole number of 1 or more. */
export const countInput = z.int("It must be a whole number").min(1, "It must be 1 or more");
