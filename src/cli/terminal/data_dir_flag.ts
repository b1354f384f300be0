/**
 * The data folder in commands that are printed, so that they work as pasted.
 *
 * @module
 */

/**
 * What follows a command for the same data folder; empty for the usual one.
 *
 * @param dataDir The value of `--data-dir`, if given.
 */
export function flagFor(dataDir: string | undefined): string {
  return dataDir === undefined ? "" : ` --data-dir "${dataDir}"`;
}
