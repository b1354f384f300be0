/**
 * The operating system's signals to stop the process.
 *
 * @module
 */

/** Windows has no SIGTERM; there, SIGHUP means that the window was closed. */
export const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK", "SIGHUP"]
  : ["SIGINT", "SIGTERM"];

/**
 * Waits for a stop signal.
 *
 * @returns Resolves at the first signal. A second one ends the process at once.
 */
export function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  for (const signal of STOP_SIGNALS) {
    Deno.addSignalListener(signal, () => {
      if (asked) Deno.exit(1);
      asked = true;
      resolve();
    });
  }
  return promise;
}
