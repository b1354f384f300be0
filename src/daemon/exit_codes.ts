/**
 * The exit codes of the process.
 *
 * @module
 */

/**
 * Exit codes of all commands. Those from 3 on belong to one command: `status` uses the code of service
 * scripts for a service that is not running, `doctor` reports how severe its findings are.
 */
export const EXIT = { ok: 0, failure: 1, usage: 2, notRunning: 3, warnings: 3, errors: 4 } as const;
