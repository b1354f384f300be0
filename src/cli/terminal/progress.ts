/**
 * A sign of life for whoever waits.
 *
 * @module
 */
import type { Terminal } from "./terminal.ts";

/** How long nothing is shown, and how often the line is renewed afterwards, in ms. */
const INTERVAL_MS = 1000;

/** What the user waits for. */
export interface ProgressOptions {
  /** In words, as in `Testing 3 accounts`. */
  readonly what: string;
  readonly terminal: Pick<Terminal, "progressLine">;
}

/**
 * Does the work; once it takes more than a second, a passing line says what is done, how far it is, and
 * for how long.
 *
 * @param work Is given a function that takes how far it is, in words.
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
