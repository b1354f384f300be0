/**
 * The end of a process that was told to stop, whatever still holds it.
 *
 * @module
 */
import { EXIT } from "./exit_codes.ts";

/**
 * How long what follows the last call may take, in ms: sessions and cool-downs are written then. A
 * service manager waits longer before it kills.
 */
export const LAST_WRITES_MS = 5_000;

/**
 * Ends the process after a time, unless it is disposed of before.
 *
 * @param ms From now on.
 * @param end Ends it. Default: with the exit code of a failure, since something may not be written.
 */
export function endBy(ms: number, end: () => void = () => Deno.exit(EXIT.failure)): Disposable {
  const timer = setTimeout(end, ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
