/**
 * Waiting for time to pass, by the machine's own timers.
 *
 * @module
 */

/**
 * Resolves after a time; nothing ends it early.
 *
 * @param ms In ms. Default: 0, which lets everything run that is due.
 */
export function delay(ms: number = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
