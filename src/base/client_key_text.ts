/**
 * The form of a client key's text: `plx_`, 43 characters of base64url for 256 random bits, and 6 for a CRC-32 of
 * what precedes, so that a typing error is told apart from an unknown key, and scanners for secrets can find keys.
 *
 * @module
 */

/** The beginning of every client key. */
export const CLIENT_KEY_PREFIX = "plx_";

/** A client key at any position in a text, also one with a typing error. */
export const CLIENT_KEY_TEXT = /plx_[\w-]{24,}/g;
