/**
 * Drains a gateway: it accepts no new connection, calls in flight finish, and those that take too long
 * are aborted with an error that their clients see.
 *
 * @module
 */
import type { Gateway } from "../server/gateway.ts";
import { isWithin } from "../base/is_within.ts";
import type { Listener } from "./listen.ts";

/** Time limit for sending the final errors, in ms: a client that does not read gets none. */
export const FINAL_ERRORS_MS = 1000;

/** Options of draining. */
export interface DrainOptions {
  readonly gateway: Pick<Gateway, "callCount" | "breakOff" | "endSessions">;
  /** Time limit for calls in flight, in ms. */
  readonly timeoutMs: number;
  /** Called with the number of calls that took longer. */
  readonly onLate: (callCount: number) => void;
}

/** Stops a listener. Resolves when all calls have finished or been aborted. */
export async function drain(
  listener: Pick<Listener, "stop">,
  options: DrainOptions,
): Promise<void> {
  const { gateway, timeoutMs, onLate } = options;
  // Deno breaks WebSockets when their server stops, so they are closed before that.
  await isWithin(FINAL_ERRORS_MS, gateway.endSessions());
  const stopped = listener.stop();
  if (await isWithin(timeoutMs, stopped)) return;
  // The rest may also be clients with open connections but no call.
  if (gateway.callCount > 0) onLate(gateway.callCount);
  gateway.breakOff();
  await isWithin(FINAL_ERRORS_MS, stopped);
}
