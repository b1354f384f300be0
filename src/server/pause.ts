/**
 * A wait that ends early when its call is over.
 *
 * @module
 */
import type { WatchedCall } from "./call_watch.ts";

/**
 * Waits before an attempt.
 *
 * @param ms How long, in ms.
 * @param call The call that waits.
 * @throws {RpcError} When the client leaves or the call's time is up meanwhile.
 */
export async function pause(ms: number, call: WatchedCall): Promise<void> {
  const signal = call.attempt();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timer);
  if (call.over !== undefined) throw call.over.rpc;
}
