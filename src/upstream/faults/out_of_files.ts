/**
 * The limit of open files: how to recognize it, and how to raise it.
 *
 * @module
 */

/** How a user raises the limit. */
export const HOW_TO_RAISE =
  'Raise the limit with "ulimit -n 8192" in the shell that starts Pollux, ' +
  "or with LimitNOFILE= in its unit";

/**
 * Whether the limit of open files is reached: of the process, of the machine, or on Windows.
 *
 * @param words Deno's error message.
 */
export function isOutOfFiles(words: string): boolean {
  return /too many open files|os error (?:23|24|10024)\b/i.test(words);
}
