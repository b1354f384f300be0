/**
 * Patterns for model names.
 *
 * @module
 */

/** A pattern in which `*` stands for any run of characters, every other character for itself. */
export interface Wildcard {
  /** Whether a whole text matches the pattern. */
  test(text: string): boolean;
}

/**
 * Reads a pattern. It is matched from left to right without backtracking: a regular expression with several
 * `.*` tries every way to divide the text among them, and names come from clients.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const flash = wildcard("gemini-*-flash");
 * assert.ok(flash.test("gemini-2.5-flash"));
 * assert.ok(!flash.test("gemini-2.5-flash-lite"));
 * ```
 */
export function wildcard(pattern: string): Wildcard {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return { test: (text) => text === first };
  return {
    test(text) {
      const end = text.length - last.length;
      if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
      let at = first.length;
      for (const piece of rest) {
        const found = text.indexOf(piece, at);
        if (found === -1) return false;
        at = found + piece.length;
      }
      return at <= end;
    },
  };
}
