/**
 * Reads the durations that Google writes into its errors: protobuf's JSON form ("0.53s") and Go's
 * ("9h22m20s", "539.477544ms"), plus days.
 *
 * @module
 */

/** Both micro signs (U+00B5 and U+03BC) are in use; Go writes the first and reads either. */
const MS_OF_UNIT: ReadonlyMap<string, number> = new Map([
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
  ["us", 1e-3],
  ["\u00b5s", 1e-3],
  ["\u03bcs", 1e-3],
  ["ns", 1e-6],
]);

const TERM = /(\d+(?:\.\d+)?)(ms|us|\u00b5s|\u03bcs|ns|[dhms])/g;
const WHOLE = new RegExp(`^(?:${TERM.source})+$`);

/** Longest text accepted as a duration, in characters. */
const LONGEST = 128;

/**
 * The length of a duration.
 *
 * @param text One or more numbers, each with its unit and nothing between them: "12s", "1h2m3s".
 * @returns ms, with fractions; `undefined` if the text is not a duration: if it is negative, empty, without a
 * unit, contains white space or other text, or is longer than 128 characters.
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > LONGEST || !WHOLE.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(TERM)) {
    ms += Number(amount) * (MS_OF_UNIT.get(unit ?? "") ?? Number.NaN);
  }
  // 1.005 * 1000 is 1004.9999999999999 and 1.1 * 1000 more than 1100: the noise is in the last digits.
  return Number.isFinite(ms) ? Number(ms.toPrecision(15)) : undefined;
}
