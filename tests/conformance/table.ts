/**
 * The matrix as the Markdown table in docs/clients.md.
 *
 * @module
 */
import { markdownTable } from "../support/markdown_table.ts";
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
  return markdownTable(head, rows);
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
