/**
 * How the process ends, for whoever started it.
 *
 * @module
 */

/**
 * Exit codes of every command. From 3 on they are a command's own: `status` has what service scripts use
 * where nothing runs, `doctor` says how severe its findings are.
 */
export const EXIT = { ok: 0, failure: 1, usage: 2, notRunning: 3, warnings: 3, errors: 4 } as const;
