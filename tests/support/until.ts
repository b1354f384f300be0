/**
 * Waits for a state that nothing announces, such as what another process has stored.
 *
 * @module
 */
import { delay } from "../../src/base/delay.ts";

/** The pause between two looks, in ms. */
const PAUSE_MS = 10;

/** Longest wait by default, in ms: a busy machine must not fail a test. */
const LIMIT_MS = 30_000;

/**
 * Waits until a check succeeds.
 *
 * @param options `what`: what is waited for, as in "The first event"; `ms`: the limit, default half a minute.
 * @throws {Error} When the time is up.
 */
export async function until(
  check: () => boolean | Promise<boolean>,
  { what, ms = LIMIT_MS }: { readonly what: string; readonly ms?: number },
): Promise<void> {
  const endMs = performance.now() + ms;
  while (!await check()) {
    if (performance.now() > endMs) throw new Error(`${what} did not come in ${ms} ms`);
    await delay(PAUSE_MS);
  }
}
