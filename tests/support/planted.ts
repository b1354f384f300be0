/**
 * The secrets and addresses that tests plant: each has a marker in it, so that `deno task test` can look
 * for them in everything that was printed or written.
 *
 * @module
 */
import { EMULATED_SECRET } from "../../src/emulator/oauth/emulated_secret.ts";

/** What every secret and address of a test's own begins with. */
const PLANTED = "planted-";

/** A private key can hold no marker. */
const PRIVATE_KEY = "BEGIN PRIVATE KEY";

/** What is looked for: the tests' own, and what the emulated Google gives out. */
export const MARKERS: readonly string[] = [PLANTED, EMULATED_SECRET, PRIVATE_KEY];

/** Name of the folders in which tests put what a user hands in: files that hold secrets by their nature. */
export const HANDED_IN = "handed-in";

/**
 * A secret to plant.
 *
 * @param what Tells it from others, as in `refresh-token`.
 */
export function planted(what: string): string {
  return `${PLANTED}${what}`;
}

/** The e-mail address of a user, to plant where Google may name one. */
export const PLANTED_ADDRESS = `${PLANTED}user@example.com`;
