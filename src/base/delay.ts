/**
 * Waits, using the machine's own timers.
 *
 * @module
 */

/**
 * Resolves after a time; cannot be cancelled.
 *
 * @param ms In ms. Default: 0, which lets all pending tasks run.
 */
export function delay(ms: number = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
