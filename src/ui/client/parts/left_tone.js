/**
 * The tone of a bar that shows how much is left of something.
 *
 * @module
 */

/** Below this part, a bar warns. */
const LITTLE = 0.15;

/**
 * The tone.
 *
 * @param {number} leftFraction From 0 to 1.
 * @param {boolean} [runsOut] Whether it does not last until it is full again.
 * @returns {"good" | "warn" | "bad"}
 */
export function leftTone(leftFraction, runsOut = false) {
  if (leftFraction <= 0) return "bad";
  return leftFraction < LITTLE || runsOut ? "warn" : "good";
}
