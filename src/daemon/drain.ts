/**
 * The end of a gateway: no new connection, calls in flight finish, and those that take too long are
 * broken off in a way that their clients notice.
 *
 * @module
 */
import type { Gateway } from "../server/gateway.ts";
import { isWithin } from "../base/is_within.ts";
import type { Listener } from "./listen.ts";

/** How long the last words to clients may take, in ms: one that does not read gets none. */
export const LAST_WORDS_MS = 1000;

/** What to stop. */
export interface DrainOptions {
  readonly gateway: Pick<Gateway, "callCount" | "breakOff">;
  /** Longest that calls in flight may go on, in ms. */
  readonly timeoutMs: number;
  /** So many calls took longer. */
  readonly onLate: (callCount: number) => void;
}

/** Stops a listener. Resolves when no call is left, or none that could still be helped. */
export async function drain(listener: Listener, options: DrainOptions): Promise<void> {
  const { gateway, timeoutMs, onLate } = options;
  const stopped = listener.stop();
  if (await isWithin(timeoutMs, stopped)) return;
  // What is left may also be clients that hold their connections open without a call.
  if (gateway.callCount > 0) onLate(gateway.callCount);
  gateway.breakOff();
  await isWithin(LAST_WORDS_MS, stopped);
}
