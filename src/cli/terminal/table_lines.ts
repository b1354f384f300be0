/**
 * Tables for a terminal.
 *
 * @module
 */
import { printableLine } from "../../gemini/redaction/printable.ts";
import { cutTo, displayWidth, padTo } from "./display_width.ts";

/** Between two columns. */
const GAP = "  ";

/** Least width of a column that is cut, before other columns are left out. */
const GOOD_WIDTH = 24;

/** Least width of a column that is cut, before whole lines are. */
const LEAST_WIDTH = 12;

/**
 * Formats rows as lines, with columns as wide as their widest cell; empty columns are left out.
 *
 * @param rows The first row has the headings.
 */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  return fittedTable(rows, { width: Infinity }).lines;
}

/** How a table is made to fit. */
export interface TableFit {
  /** Most columns of a line. */
  readonly width: number;
  /** The headings of the columns that are left out, in this order, where texts would become very short. */
  readonly optional?: readonly string[];
  /** The headings of the columns whose texts are cut. Default: that of the first. */
  readonly elastic?: readonly string[];
}

/** A table that fits. */
export interface FittedTable {
  /** The first one has the headings. */
  readonly lines: readonly string[];
  /** The numbers of the lines of which something was cut off. */
  readonly cutLines: ReadonlySet<number>;
  /** The headings of the columns that were left out. */
  readonly leftOut: readonly string[];
}

/**
 * Formats rows as {@linkcode tableLines} does, but in a limited width: cuts texts, leaves out columns, and cuts
 * whole lines at last.
 */
export function fittedTable(
  rows: readonly (readonly string[])[],
  { width, optional = [], elastic = rows[0]?.slice(0, 1) ?? [] }: TableFit,
): FittedTable {
  const [headings = [], ...values] = rows.map((row) => row.map(printableLine));
  let columns = headings.map((_, column) => column)
    .filter((column) => values.some((row) => row[column] !== ""));
  const widths = headings.map((heading, column) =>
    // A call with as many arguments as a long table has rows would exceed the stack.
    values.reduce(
      (most, row) => Math.max(most, displayWidth(row[column] ?? "")),
      displayWidth(heading),
    )
  );
  const isElastic = (column: number) => elastic.includes(headings[column] ?? "");
  /** The width of the table, if its elastic columns are no wider than `most`. */
  const total = (most = Infinity) =>
    columns.reduce((sum, column) => {
      const own = widthOf(column);
      return sum + (isElastic(column) ? Math.min(own, most) : own) + GAP.length;
    }, -GAP.length);
  const leftOut: string[] = [];
  for (const heading of optional) {
    const column = headings.indexOf(heading);
    if (total(GOOD_WIDTH) <= width || !columns.includes(column)) continue;
    columns = columns.filter((one) => one !== column);
    leftOut.push(heading);
  }
  const cuttable = columns.filter(isElastic);
  for (let over = total() - width; over > 0; over = total() - width) {
    const [widest = -1, next = -1] = cuttable.toSorted((a, b) => widthOf(b) - widthOf(a));
    const least = Math.max(LEAST_WIDTH, widthOf(next));
    const now = widthOf(widest);
    // Two columns of the same width become narrower in turns.
    const narrower = now > least ? Math.max(least, now - over) : now - 1;
    if (narrower < LEAST_WIDTH) break;
    widths[widest] = narrower;
  }
  const cutLines = new Set<number>();
  function cut(text: string, room: number, line: number): string {
    const kept = cutTo(text, room);
    if (kept !== text) cutLines.add(line);
    return kept;
  }
  const lines = [headings, ...values].map((row, line) => {
    const cells = columns.map((column) =>
      padTo(cut(row[column] ?? "", widthOf(column), line), widthOf(column))
    );
    return cut(cells.join(GAP).trimEnd(), width, line);
  });
  return { lines, cutLines, leftOut };

  function widthOf(column: number): number {
    return widths[column] ?? 0;
  }
}
