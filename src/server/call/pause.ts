/**
 * A delay that ends early when its call is over.
 *
 * @module
 */
import type { WatchedCall } from "./call_watch.ts";

/** A source of timers; injected, so that tests can control time. */
export interface Timer {
  /**
   * Starts a timer that calls `onEnd` once.
   *
   * @param ms Delay, in ms.
   * @returns Cancels the timer.
   */
  start(ms: number, onEnd: () => void): () => void;
}

/** Timers of real time. */
export const systemTimer: Timer = {
  start(ms, onEnd) {
    const timer = setTimeout(onEnd, ms);
    return () => clearTimeout(timer);
  },
};

/** The options of a {@linkcode pause}. */
export interface PauseOptions<T> {
  /** Longest wait, in ms. */
  readonly ms: number;
  /** Ends the wait early. */
  readonly until?: Promise<T>;
  readonly timer: Timer;
}

/**
 * Waits before an attempt.
 *
 * @param call The call that waits.
 * @returns The value of `until`, if it resolved in time.
 * @throws {RpcError} If the client disconnects or the call's time ends meanwhile.
 */
export async function pause<T>(
  call: WatchedCall,
  { ms, until, timer }: PauseOptions<T>,
): Promise<T | undefined> {
  const signal = call.attempt();
  // No request is in flight, so no time-out for upstream applies.
  call.rest();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = timer.start(ms, () => resolve(undefined));
  signal.addEventListener("abort", () => resolve(undefined), { once: true });
  if (signal.aborted) resolve(undefined);
  const result = await (until === undefined ? promise : Promise.race([until, promise]));
  stop();
  if (call.over !== undefined) throw call.over.rpc;
  return result;
}
