/**
 * Marks the emulator's secrets, so that leaks can be found.
 *
 * @module
 */

/** Contained in every key, token, code and client secret of the emulator. */
export const EMULATED_SECRET = "emulated-secret-";

/** The e-mail address in responses in which Google may name the user's. */
export const EMULATED_ADDRESS = `${EMULATED_SECRET}user@example.com`;
