/**
 * What is secret in the emulator, so that a leak of it can be found.
 *
 * @module
 */

/** What every key, token, code and client secret of the emulator has in it. */
export const EMULATED_SECRET = "emulated-secret-";

/** The address that the emulator names where Google may name a user's. */
export const EMULATED_ADDRESS = `${EMULATED_SECRET}user@example.com`;
