/**
 * The limit of open files: how it shows, and what raises it.
 *
 * @module
 */

/** How a user raises the limit. */
export const HOW_TO_RAISE =
  'Raise the limit with "ulimit -n 8192" in the shell that starts Pollux, ' +
  "or with LimitNOFILE= in its unit";

/**
 * Whether no more files can be open: in the process, on the machine, on Windows.
 *
 * @param words An error of Deno's.
 */
export function isOutOfFiles(words: string): boolean {
  return /too many open files|os error (?:23|24|10024)\b/i.test(words);
}
