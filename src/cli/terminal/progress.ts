/**
 * Shows progress during slow work.
 *
 * @module
 */
import type { Terminal } from "./terminal.ts";

/** The delay before the line is shown, and the interval at which it is updated, in ms. */
const INTERVAL_MS = 1000;

/** What the line shows. */
export interface ProgressOptions {
  /** As in `Testing 3 accounts`. */
  readonly what: string;
  readonly terminal: Pick<Terminal, "progressLine">;
}

/**
 * Does the work; if it takes more than a second, a temporary line shows what is done, the progress and
 * the time.
 *
 * @param work Gets a function that sets the text of the progress.
 */
export async function withProgress<Result>(
  work: (reached: (words: string) => void) => Promise<Result>,
  { what, terminal }: ProgressOptions,
): Promise<Result> {
  const start = performance.now();
  let reached = "";
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    terminal.progressLine(`${what}…${reached === "" ? "" : ` ${reached},`} ${seconds} s`);
  }, INTERVAL_MS);
  try {
    return await work((words) => reached = words);
  } finally {
    clearInterval(timer);
    terminal.progressLine("");
  }
}
