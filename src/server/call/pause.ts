/**
 * A wait that ends early when its call is over.
 *
 * @module
 */
import type { WatchedCall } from "./call_watch.ts";

/** Where waits come from; handed in, so that tests can let time pass. */
export interface Timer {
  /**
   * Calls back once.
   *
   * @param ms After so many ms.
   * @returns Takes the call back.
   */
  start(ms: number, onEnd: () => void): () => void;
}

/** Waits of real time. */
export const systemTimer: Timer = {
  start(ms, onEnd) {
    const timer = setTimeout(onEnd, ms);
    return () => clearTimeout(timer);
  },
};

/** What to wait for. */
export interface PauseOptions<T> {
  /** Longest wait, in ms. */
  readonly ms: number;
  /** Ends the wait before that. */
  readonly until?: Promise<T>;
  readonly timer: Timer;
}

/**
 * Waits before an attempt.
 *
 * @param call The call that waits.
 * @returns What `until` resolved to, if it did in time.
 * @throws {RpcError} When the client leaves or the call's time is up meanwhile.
 */
export async function pause<T>(
  call: WatchedCall,
  { ms, until, timer }: PauseOptions<T>,
): Promise<T | undefined> {
  const signal = call.attempt();
  // Nobody is silent here: nothing was asked.
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
