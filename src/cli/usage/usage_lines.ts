/**
 * Writes sums of usage: as text for a terminal, as CSV.
 *
 * @module
 */
import { TOKEN_PARTS, type UsageCounts } from "../../usage/usage_counts.ts";
import { costUsd, SHOWN_COUNTS, unknownCosts } from "../../usage/usage_json.ts";
import type { Dimension, UsageQuestion, UsageReport } from "../../usage/usage_report.ts";
import { PRICES_DATE } from "../../usage/prices.ts";
import { numberText, usdText } from "../terminal/amounts.ts";
import { foldTo } from "../terminal/display_width.ts";
import { fittedTable } from "../terminal/table_lines.ts";

const HEADINGS = [
  ...["CALLS", "ERRORS", "ROTATED", "PROMPT", "CACHED", "TOOL", "THOUGHTS", "OUTPUT"],
  ...["NOT KNOWN", "COST", "FIRST BYTE"],
];

const MICRO = 1_000_000;

/** Precedes the further lines of a total. */
const INDENT = "        ";

/** Names for calls that have none. */
const NONE = "-";

/** The headings of the columns that a narrow terminal leaves out, in this order. */
const OPTIONAL = ["FIRST BYTE", "ROTATED", "TOOL", "CACHED", "THOUGHTS", "ERRORS", "CALLS"];

/**
 * The totals, and a table.
 *
 * @param width Most columns of a line: names are cut and columns left out, but no number is cut.
 */
export function usageLines(
  { total, lines }: UsageReport,
  { by, sinceMs, untilMs }: UsageQuestion,
  width = Infinity,
): readonly string[] {
  const { counts } = total;
  const span = `from ${shown(sinceMs)} to ${shown(untilMs)} UTC`;
  if (lines.length === 0) return [`No usage ${span}`];
  const rows = lines.map(({ values, sums }) => [
    ...values.map((value) => value === "" ? NONE : value),
    ...cellsOf(sums),
  ]);
  const input = `${numberText(counts.prompt)} in the prompts (${numberText(counts.cached)} cached)`;
  const ofTools = counts.tool === 0 ? "" : `, ${numberText(counts.tool)} of tools`;
  const notKnown = counts.notKnown === 0
    ? []
    : [`Tokens not known, since Google did not report them: ${numberText(counts.notKnown)} calls`];
  const names = by.map((dimension) => dimension.toUpperCase());
  const table = fittedTable([[...names, ...HEADINGS], ...rows], {
    width,
    optional: OPTIONAL,
    elastic: names,
  });
  const { leftOut } = table;
  const totals = [
    `Usage ${span}`,
    `Calls:  ${numberText(counts.calls)}, ${numberText(counts.errors)} failed, ` +
    `${times(counts.rotations)} moved to another account`,
    `Tokens: ${input}${ofTools}, ${numberText(counts.thoughts)} of thoughts, ` +
    `${numberText(counts.output)} in the responses`,
    ...modalityLines(total),
    ...notKnown,
    `Cost:   ${costLine(total)}`,
  ];
  return [
    ...totals.flatMap((line) => foldTo(line, width, INDENT)),
    "",
    ...table.lines,
    ...leftOut.length === 0
      ? []
      : foldTo(`… more with --csv or --json: the columns ${leftOut.join(", ")}`, width),
  ];
}

/** A line of CSV (RFC 4180) for the headings, and for each line of the report. */
export function csvLines({ lines }: UsageReport, by: readonly Dimension[]): readonly string[] {
  return [
    [...by, ...SHOWN_COUNTS, "costUsd"],
    ...lines.map(({ values, sums }) => [
      ...values.map(csvText),
      ...SHOWN_COUNTS.map((name) => String(sums.counts[name])),
      String(costUsd(sums) ?? ""),
    ]),
  ].map((cells) => cells.join(","));
}

function cellsOf(sums: UsageCounts): readonly string[] {
  const { counts } = sums;
  const { calls, errors, rotations, prompt, cached, tool, thoughts, output } = counts;
  return [
    ...[calls, errors, rotations, prompt, cached, tool, thoughts, output].map(numberText),
    counts.notKnown === 0 ? "" : numberText(counts.notKnown),
    costCell(sums),
    counts.firstBytes === 0 ? "" : `${Math.round(counts.firstByteMs / counts.firstBytes)} ms`,
  ];
}

function modalityLines({ modalities }: UsageCounts): readonly string[] {
  const parts = TOKEN_PARTS.flatMap((part) => {
    const tokens = [...modalities[part] ?? []];
    if (tokens.length === 0) return [];
    const words = tokens.map(([modality, count]) =>
      `${numberText(count)} ${modality.toLowerCase()}`
    );
    return [`${part} ${words.join(", ")}`];
  });
  return parts.length === 0 ? [] : [`        where Google says: ${parts.join("; ")}`];
}

function costLine(sums: UsageCounts): string {
  const { microUsd } = sums.counts;
  const count = unknownCosts(sums);
  const unknown = `unknown for ${numberText(count)} calls, whose tokens or price are not known`;
  const estimated = `${usd(microUsd)}, estimated, prices of ${PRICES_DATE}`;
  if (count === 0) return estimated;
  return microUsd === 0 ? unknown : `${estimated}, and ${unknown}`;
}

function costCell(sums: UsageCounts): string {
  const { microUsd } = sums.counts;
  if (unknownCosts(sums) === 0) return usd(microUsd);
  return microUsd === 0 ? "unknown" : `${usd(microUsd)} + unknown`;
}

function usd(micro: number): string {
  return usdText(micro / MICRO);
}

function times(count: number): string {
  return count === 1 ? "once" : `${numberText(count)} times`;
}

function shown(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
}

/** A cell that a spreadsheet takes neither for a formula nor for several. */
function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
