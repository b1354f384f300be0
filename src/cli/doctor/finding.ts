/**
 * What a check found.
 *
 * @module
 */

/** The severities, ascending; a note needs no action. */
export const SEVERITIES = ["ok", "note", "warning", "error"] as const;

/** A severity: a warning is about something that may fail, an error about something that does. */
export type Severity = (typeof SEVERITIES)[number];

/** The result of one check. */
export interface Finding {
  /** What was checked, as in `port`. */
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** How to fix it; every warning and every error has one. */
  readonly remedy?: string;
}

/** The most severe one; `ok` if there are none. */
export function worstOf(findings: readonly Finding[]): Severity {
  return SEVERITIES.findLast((severity) => findings.some((one) => one.severity === severity)) ??
    "ok";
}

/** An error's message, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error as a finding: in the store's messages, the remedy follows a `;`. */
export function findingOf(
  error: unknown,
  { check, remedy }: { readonly check: string; readonly remedy: string },
): Finding {
  const [what = "", ...advice] = messageOf(error).split("; ");
  const own = advice.join("; ");
  return {
    check,
    severity: "error",
    message: what,
    remedy: own === "" ? remedy : own.charAt(0).toUpperCase() + own.slice(1),
  };
}
