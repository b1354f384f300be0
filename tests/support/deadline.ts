/**
 * A limit for what a test waits for, so that what never comes fails one test and does not hang all.
 *
 * @module
 */

/**
 * Waits for a promise, but no longer than told.
 *
 * @param ms The limit, in ms.
 * @param options `what`: what is waited for, as in "The first event".
 * @throws {Error} When the time is up.
 */
export async function within<T>(
  ms: number,
  promise: Promise<T>,
  { what }: { readonly what: string },
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} did not come in ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
