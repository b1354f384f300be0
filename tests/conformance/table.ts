/**
 * The matrix as the Markdown table in docs/clients.md.
 *
 * @module
 */
import type { Column, Outcome } from "./matrix.ts";

/** What stands around the table in docs/clients.md. */
export const MARKERS = { begin: "<!-- conformance:begin -->", end: "<!-- conformance:end -->" };

const SIGNS: Readonly<Record<Outcome["kind"], string>> = {
  passed: "✓",
  inapplicable: "–",
  failed: "✗",
};

/** A table with a row for each case and a column for each client, as `deno fmt` would lay it out. */
export function toMarkdown(columns: readonly Column[]): string {
  const titles = [...columns[0]?.outcomes.keys() ?? []];
  const head = ["", ...columns.map((column) => column.client)];
  const rows = titles.map((title) => [
    title,
    ...columns.map((column) => SIGNS[column.outcomes.get(title)?.kind ?? "inapplicable"]),
  ]);
  return layOut(head, rows);
}

/**
 * The table between the markers of a Markdown text, without the blank lines around it.
 *
 * @throws {Error} When a marker is missing.
 */
export function tableIn(markdown: string): string {
  const { start, end } = spanOf(markdown);
  return markdown.slice(start, end).trim();
}

/**
 * The text with another table between its markers.
 *
 * @throws {Error} When a marker is missing.
 */
export function withTable(markdown: string, table: string): string {
  const { start, end } = spanOf(markdown);
  return `${markdown.slice(0, start)}\n\n${table}\n\n${markdown.slice(end)}`;
}

function spanOf(markdown: string): { start: number; end: number } {
  const begin = markdown.indexOf(MARKERS.begin);
  const end = markdown.indexOf(MARKERS.end);
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot find the table: no "${MARKERS.begin}" before "${MARKERS.end}"`);
  }
  return { start: begin + MARKERS.begin.length, end };
}

function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(3, title.length, ...rows.map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
