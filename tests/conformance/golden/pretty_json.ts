/**
 * The layout of JSON in golden files.
 *
 * @module
 */

/** Longest line, in characters, of a value that is written in one. */
const LINE = 100;

/** JSON in which what fits into a line stands in one. */
export function prettyJson(value: unknown, indent: string): string {
  const line = JSON.stringify(value) ?? "";
  if (typeof value !== "object" || value === null || indent.length + line.length <= LINE) {
    return line;
  }
  const inner = `${indent} `;
  const members = Array.isArray(value)
    ? value.map((item) => inner + prettyJson(item, inner))
    : Object.entries(value).map(([name, member]) =>
      `${inner}${JSON.stringify(name)}: ${prettyJson(member, inner)}`
    );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${members.join(",\n")}\n${indent}${close}`;
}
