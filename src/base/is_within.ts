/**
 * A wait with a time limit.
 *
 * @module
 */

/**
 * Waits for work up to a limit; the work continues after that.
 *
 * @param ms Longest wait, in ms.
 * @returns Whether the work was done by then.
 * @throws What the work throws by then.
 */
export async function isWithin(ms: number, work: Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}
