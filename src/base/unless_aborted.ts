/**
 * Waits for shared work until a signal aborts.
 *
 * @module
 */

/**
 * Waits for `promise` until `signal` aborts; the promise itself continues for other callers.
 *
 * @throws The signal's reason, or what the promise rejects with.
 */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  function abort(): void {
    aborted.reject(signal.reason);
  }
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
