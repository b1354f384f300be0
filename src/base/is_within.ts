/**
 * A wait that does not last for ever.
 *
 * @module
 */

/**
 * Waits for work, which goes on where it takes longer.
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
