/**
 * The matrix as the Markdown tables in docs/clients.md, one for each API that clients speak.
 *
 * @module
 */
import { markdownTable } from "../support/markdown_table.ts";
import type { ClientApi } from "./client_call.ts";
import type { Column, Outcome } from "./matrix.ts";

/** The APIs, in the order of their tables. */
export const APIS: readonly ClientApi[] = ["gemini", "chat", "responses", "messages"];

/** What stands around the table of an API in docs/clients.md. */
export function markersOf(api: ClientApi): { readonly begin: string; readonly end: string } {
  return { begin: `<!-- ${api}:begin -->`, end: `<!-- ${api}:end -->` };
}

const SIGNS: Readonly<Record<Outcome["kind"], string>> = {
  passed: "✓",
  inapplicable: "–",
  failed: "✗",
};

/**
 * The table of an API: a column for each of its clients, a row for each case that one of them has, as `deno fmt` would
 * lay it out.
 */
export function toMarkdown(all: readonly Column[], api: ClientApi): string {
  const columns = all.filter((column) => column.api === api);
  const titles = [...columns[0]?.outcomes.keys() ?? []].filter((title) =>
    columns.some(({ outcomes }) => outcomes.get(title)?.kind !== "inapplicable")
  );
  const head = ["", ...columns.map((column) => column.client)];
  const rows = titles.map((title) => [
    title,
    ...columns.map((column) => SIGNS[column.outcomes.get(title)?.kind ?? "inapplicable"]),
  ]);
  return markdownTable(head, rows);
}

/**
 * The table of an API in a Markdown text, without the blank lines around it.
 *
 * @throws {Error} When a marker is missing.
 */
export function tableIn(markdown: string, api: ClientApi): string {
  const { start, end } = spanOf(markdown, api);
  return markdown.slice(start, end).trim();
}

/**
 * A Markdown text with other tables between its markers.
 *
 * @throws {Error} When a marker is missing.
 */
export function withTables(markdown: string, columns: readonly Column[]): string {
  return APIS.reduce((text, api) => {
    const { start, end } = spanOf(text, api);
    return `${text.slice(0, start)}\n\n${toMarkdown(columns, api)}\n\n${text.slice(end)}`;
  }, markdown);
}

function spanOf(markdown: string, api: ClientApi): { start: number; end: number } {
  const markers = markersOf(api);
  const begin = markdown.indexOf(markers.begin);
  const end = markdown.indexOf(markers.end);
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot find the table: no "${markers.begin}" before "${markers.end}"`);
  }
  return { start: begin + markers.begin.length, end };
}
