/**
 * A table of the status, made to fit into a part of the terminal.
 *
 * @module
 */
import { printableLine } from "../../gemini/redaction/printable.ts";
import { cutTo, displayWidth, foldTo } from "../terminal/display_width.ts";
import { type FittedTable, fittedTable } from "../terminal/table_lines.ts";

/** One row. */
export interface SectionRow {
  /** What it is about, as in `account`: those that have no room are counted by it. */
  readonly what: string;
  readonly cells: readonly string[];
  /** The last cell, which may be long: it is in a line of its own if the table would be too wide. */
  readonly note: string;
}

/** A table, with what matters most on top. */
export interface Section {
  /** The last one is that of the notes. */
  readonly headings: readonly string[];
  /** The columns that are left out of a narrow terminal, the least important one first. */
  readonly optional: readonly string[];
  /** The columns whose texts are cut. Default: the first. */
  readonly elastic?: readonly string[];
  /** Whether notes are folded instead of cut. */
  readonly isFolded?: boolean;
  readonly rows: readonly SectionRow[];
}

/** A row whose lines have the right width. */
export interface FittedRow {
  readonly what: string;
  readonly lines: readonly string[];
  /** Whether something was cut off. */
  readonly isCut: boolean;
}

/** A table whose lines have the right width. */
export interface FittedSection {
  readonly heading: string;
  /** The lines of each row. */
  readonly rows: readonly FittedRow[];
  /** The headings of the columns that were left out. */
  readonly leftOut: readonly string[];
}

/** Makes the lines of a table, none of them wider than `width`. */
export function fitSection(section: Section, width: number): FittedSection {
  const { headings, rows, isFolded = false, ...fit } = section;
  const whole = [headings, ...rows.map(({ cells, note }) => [...cells, note])];
  const wide = fittedTable(whole, { width: Infinity });
  if (wide.lines.every((line) => displayWidth(line) <= width)) return withLines(wide, rows);
  const withoutNotes = [headings.slice(0, -1), ...rows.map(({ cells }) => cells)];
  const table = fittedTable(withoutNotes, { width, ...fit });
  return withLines(table, rows, ({ cells: [first = ""], note }) => {
    if (note === "") return [];
    const indent = `${/^ */.exec(first)?.[0] ?? ""}  `;
    const text = printableLine(note);
    const room = Math.max(1, width - indent.length);
    const lines = isFolded ? foldTo(text, room) : [cutTo(text, room)];
    return lines.map((line) => cutTo(indent + line, width));
  });
}

function withLines(
  { lines: [heading = "", ...lines], cutLines, leftOut }: FittedTable,
  rows: readonly SectionRow[],
  notesOf: (row: SectionRow) => readonly string[] = () => [],
): FittedSection {
  return {
    heading,
    rows: rows.map((row, nth) => {
      const notes = notesOf(row);
      // Folding changes spaces only.
      const isNoteCut = notes.length > 0 &&
        spaceless(notes.join("")) !== spaceless(printableLine(row.note));
      return {
        what: row.what,
        lines: [lines[nth] ?? "", ...notes],
        isCut: cutLines.has(nth + 1) || isNoteCut,
      };
    }),
    leftOut,
  };
}

function spaceless(text: string): string {
  return text.replaceAll(" ", "");
}
