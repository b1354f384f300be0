/**
 * Ends a stopping process after a time limit, even if something still keeps it alive.
 *
 * @module
 */
import { EXIT } from "./exit_codes.ts";

/**
 * Time limit for the work after the last call, in ms: sessions and cool-downs are saved then. A
 * service manager waits longer before it kills the process.
 */
export const LAST_WRITES_MS = 5_000;

/**
 * Ends the process after a time, unless the result is disposed of before.
 *
 * @param ms From now on.
 * @param end Ends it. Default: with the exit code of a failure, since data may not have been saved.
 */
export function endBy(ms: number, end: () => void = () => Deno.exit(EXIT.failure)): Disposable {
  const timer = setTimeout(end, ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
