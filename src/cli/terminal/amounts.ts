/**
 * Counts and amounts of money, for people.
 *
 * @module
 */

/** Number.toLocaleString takes thirty times as long, which counts in a table of many rows. */
const NUMBERS = new Intl.NumberFormat("en-US");
const DOLLARS = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
});

/** The least amount that is shown, in US dollars. */
const LEAST_USD = 0.000_001;

/** A count, as in `1,200`. */
export function numberText(count: number): string {
  return NUMBERS.format(count);
}

/** An amount in US dollars, as in `$12.50` and `$0.0013`: never rounded to nothing, and without an exponent. */
export function usdText(dollars: number): string {
  if (dollars === 0 || dollars >= 0.995) return DOLLARS.format(dollars);
  return dollars < LEAST_USD ? `<$${LEAST_USD.toFixed(6)}` : `$${dollars.toPrecision(2)}`;
}
