/**
 * Tables for a terminal.
 *
 * @module
 */

import { printableLine } from "../../gemini/redaction/printable.ts";

/**
 * Formats rows as lines, with columns as wide as their widest cell; empty columns are left out.
 *
 * @param rows The first row has the headings.
 */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const [headings = [], ...values] = rows.map((row) => row.map(printableLine));
  const columns = headings.map((_, column) => column)
    .filter((column) => values.some((row) => row[column] !== ""));
  const widths = columns.map((column) =>
    Math.max(...[headings, ...values].map((row) => row[column]?.length ?? 0))
  );
  return [headings, ...values].map((row) =>
    columns.map((column, index) => (row[column] ?? "").padEnd(widths[index] ?? 0)).join("  ")
      .trimEnd()
  );
}
