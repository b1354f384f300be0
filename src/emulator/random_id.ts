/**
 * Ids of resources.
 *
 * @module
 */

/** Returns an id as Google's: lower-case letters and digits. */
export function randomId(length: number): string {
  return [...randomBytes(length)].map((byte) => (byte % 36).toString(36)).join("");
}

/** Returns an id of digits that does not begin with 0. */
export function randomDigits(length: number): string {
  const digits = [...randomBytes(length)].map((byte) => byte % 10).join("");
  return digits.replace(/^0/, "1");
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
