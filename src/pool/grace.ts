/**
 * How soon an account may be tried again by the same call.
 *
 * @module
 */

/** Longest rest after which a call may try the same account again, and longest wait for any, in ms. */
export const GRACE_MS = 2000;
