/** Time for a gateway to watch for the departure of a client. @module */

/** Since a call is left alone while it is young, and Deno 2.7 tells of no departure from before that. */
const STAY_MS = 100;

/** Resolves when a call that upstream has is no longer young. */
export function stay(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, STAY_MS));
}
