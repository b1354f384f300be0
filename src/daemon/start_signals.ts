/**
 * Handles signals that arrive while the gateway starts.
 *
 * @module
 */
import { EXIT } from "./exit_codes.ts";
import { STOP_SIGNALS } from "./stop_signal.ts";

/** Whether SIGHUP means to reload the configuration; on Windows it means that the window was closed. */
export const HAS_RELOAD_SIGNAL = Deno.build.os !== "windows";

/**
 * Handles signals until it is disposed of. A stop signal ends the process at once, with 0: what a start
 * writes is consistent even after a kill. SIGHUP does nothing, since the file is read again as soon as
 * the gateway runs.
 */
export function startSignals(): DisposableStack {
  const minded = new DisposableStack();
  function mind(signal: Deno.Signal, act: () => void): void {
    Deno.addSignalListener(signal, act);
    minded.defer(() => Deno.removeSignalListener(signal, act));
  }
  for (const signal of STOP_SIGNALS) mind(signal, () => Deno.exit(EXIT.ok));
  if (HAS_RELOAD_SIGNAL) mind("SIGHUP", () => {});
  return minded;
}
