/**
 * Prints what an import did, or would do, for a user or a program.
 *
 * @module
 */
import type { ImportStep } from "../../../accounts/import/plan_import.ts";
import { defined } from "../../../base/defined.ts";
import { redacted } from "../../../gemini/redaction/redacted.ts";
import { tableLines } from "../../terminal/table_lines.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Output options. */
export interface PrintImportContext {
  readonly options: { readonly json?: boolean; readonly dryRun?: boolean };
  readonly terminal: Terminal;
}

/** An entry as it is printed. */
interface ImportRow {
  readonly from: string;
  readonly name?: string;
  readonly kind?: string;
  readonly project?: string;
  readonly location?: string;
  readonly result: "added" | "would be added" | "already there" | "failed";
  readonly reason?: string;
}

const HEADINGS = ["FROM", "ACCOUNT", "KIND", "PROJECT", "LOCATION", "RESULT"];

/** Prints a line for each entry, and how many there are of each result. */
export function printImport(
  steps: readonly ImportStep[],
  { options, terminal }: PrintImportContext,
): void {
  const rows = steps.map((step) => rowOf(step, options.dryRun === true));
  if (options.json) {
    terminal.out(JSON.stringify(rows, undefined, 2));
  } else if (rows.length === 0) {
    terminal.out("It contains no account");
  } else {
    for (const line of tableLines([HEADINGS, ...rows.map(cellsOf)])) terminal.out(line);
    const counts = Map.groupBy(rows, ({ result }) => result);
    terminal.out([...counts].map(([result, { length }]) => `${length} ${result}`).join(", "));
  }
}

function rowOf(step: ImportStep, isDryRun: boolean): ImportRow {
  const from = redacted(step.where);
  switch (step.type) {
    case "add": {
      const { name, kind, project, location } = step.account;
      return {
        from,
        name,
        kind,
        ...defined({ project, location }),
        result: isDryRun ? "would be added" : "added",
      };
    }
    case "skip":
      return { from, name: step.name, kind: step.kind, result: "already there" };
    case "fail":
      return { from, result: "failed", reason: redacted(step.reason) };
  }
}

function cellsOf({ result, reason, ...row }: ImportRow): readonly string[] {
  const { from, name = "", kind = "", project = "", location = "" } = row;
  const told = reason === undefined ? result : `${result}: ${reason}`;
  return [from, name, kind, project, location, told];
}
