/**
 * Runs a check with a time limit.
 *
 * @module
 */
import type { Finding } from "./finding.ts";

/** Options of the limit. */
export interface LimitedCheck {
  /** Its name in findings. */
  readonly check: string;
  /** Time limit, in ms. */
  readonly limitMs: number;
}

/** Returns a check's findings; a timeout or an exception becomes a finding as well. */
export async function withinLimit(
  work: Promise<readonly Finding[]>,
  { check, limitMs }: LimitedCheck,
): Promise<readonly Finding[]> {
  const { promise: late, resolve } = Promise.withResolvers<readonly Finding[]>();
  const timer = setTimeout(() =>
    resolve([{
      check,
      severity: "error",
      message: `This check did not end within ${limitMs / 1000} s`,
      remedy: "Check whether the disk or the network hangs, and run the doctor again",
    }]), limitMs);
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy = "Fix what it names, and run the doctor again";
    return [{ check, severity: "error", message: `This check failed: ${message}`, remedy }];
  } finally {
    clearTimeout(timer);
  }
}
