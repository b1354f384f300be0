/**
 * Processor time, for tests of how long something takes.
 *
 * @module
 */
import { existsSync } from "node:fs";

/** Where Linux tells the processor time of the thread that reads it, in ns. */
const THREAD_TIME = "/proc/thread-self/schedstat";

const HAS_THREAD_TIME = existsSync(THREAD_TIME);

/**
 * The processor time of this thread, in ms: other tests run beside this one, and keep it waiting. Elsewhere
 * than on Linux the time that has passed.
 */
export function spentMs(): number {
  if (!HAS_THREAD_TIME) return performance.now();
  const [onProcessorNs] = Deno.readTextFileSync(THREAD_TIME).split(" ");
  return Number(onProcessorNs) / 1e6;
}
