/**
 * The shells that Pollux has completion scripts for.
 *
 * @module
 */

/** Their names, as `pollux completion` takes them. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of them. */
export type Shell = typeof SHELLS[number];
