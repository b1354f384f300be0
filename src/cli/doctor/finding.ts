/**
 * What a check found.
 *
 * @module
 */

/** From good to bad; a note is nothing to mend. */
export const SEVERITIES = ["ok", "note", "warning", "error"] as const;

/** How bad something is: a warning is what may fail, an error is what does. */
export type Severity = (typeof SEVERITIES)[number];

/** One thing that was found. */
export interface Finding {
  /** What was looked at, as in `port`. */
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it; every warning and every error has one. */
  readonly remedy?: string;
}

/** The worst of them; `ok` where there are none. */
export function worstOf(findings: readonly Finding[]): Severity {
  return SEVERITIES.findLast((severity) => findings.some((one) => one.severity === severity)) ??
    "ok";
}

/** An error's words, for people. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error as a finding: the messages of the store say behind a `;` what to do. */
export function findingOf(
  error: unknown,
  { check, remedy }: { readonly check: string; readonly remedy: string },
): Finding {
  const [what = "", ...advice] = wordsOf(error).split("; ");
  const own = advice.join("; ");
  return {
    check,
    severity: "error",
    message: what,
    remedy: own === "" ? remedy : own.charAt(0).toUpperCase() + own.slice(1),
  };
}
