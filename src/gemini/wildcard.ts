/**
 * Patterns for model names.
 *
 * @module
 */

/** An expression for a pattern in which `*` stands for any run of characters, all else for itself. */
export function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.split("*").map(RegExp.escape).join(".*")}$`, "s");
}
