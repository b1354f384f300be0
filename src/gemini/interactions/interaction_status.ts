/**
 * The states of an interaction.
 *
 * @see {@link https://ai.google.dev/api/interactions-api}
 * @module
 */

/** The states in which a model or an agent works on it. Google's set is open. */
const RUNNING: ReadonlySet<string> = new Set(["in_progress", "queued"]);

/** Whether an interaction with this `status` is not over. */
export function isRunning(status: string): boolean {
  return RUNNING.has(status);
}
