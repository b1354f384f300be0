/**
 * Reads what people type into the fields of a form, and finds what they changed.
 *
 * @module
 */

/** A value that cannot be read: the field it stands in, and the key of the text that says why. */
export class FieldFault extends Error {
  /**
   * @param {string} field The field's name.
   * @param {string} why The key of a text.
   */
  constructor(field, why) {
    super(why);
    this.name = "FieldFault";
    /** @readonly */
    this.field = field;
    /** @readonly */
    this.why = why;
  }
}

/**
 * The words of a list that are separated by commas, spaces or lines, each once.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function listOf(text) {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ""))];
}

/**
 * A whole number of 1 or more, as in `60`, `1,000`, `500k` or `2M`; undefined for an empty text.
 *
 * @param {string} text
 * @param {string} field Named in the fault.
 * @returns {number | undefined}
 * @throws {FieldFault}
 */
export function countOf(text, field) {
  const bare = text.replace(/[\s,_]/g, "");
  if (bare === "") return undefined;
  const [, digits = "", unit = ""] = /^(\d{1,12}(?:\.\d{1,6})?)([kKmM]?)$/.exec(bare) ?? [];
  const size = { "": 1, k: 1000, m: 1_000_000 }[unit.toLowerCase()] ?? NaN;
  const exact = Number(digits) * size;
  const count = Math.round(exact);
  // A decimal number times 1000 may miss a whole number by a tiny part.
  if (count >= 1 && Number.isSafeInteger(count) && Math.abs(exact - count) < 1e-3) return count;
  throw new FieldFault(field, "notACount");
}

/**
 * A whole number, negative ones included; undefined for an empty text.
 *
 * @param {string} text
 * @param {string} field Named in the fault.
 * @returns {number | undefined}
 * @throws {FieldFault}
 */
export function integerOf(text, field) {
  const bare = text.trim();
  if (bare === "") return undefined;
  if (/^-?\d{1,9}$/.test(bare)) return Number(bare);
  throw new FieldFault(field, "notAnInteger");
}

/**
 * An amount of US dollars above 0; undefined for an empty text.
 *
 * @param {string} text
 * @param {string} field Named in the fault.
 * @returns {number | undefined}
 * @throws {FieldFault}
 */
export function dollarsOf(text, field) {
  const bare = text.replace(/[\s,$]|usd/gi, "");
  if (bare === "") return undefined;
  const amount = /^\d{1,9}(?:\.\d{1,6})?$/.test(bare) ? Number(bare) : NaN;
  if (amount > 0) return amount;
  throw new FieldFault(field, "notAnAmount");
}

/**
 * A count as people type it: `2M` for 2,000,000, `500k` for 500,000; empty for none.
 *
 * @param {number | undefined} count
 * @returns {string}
 */
export function countText(count) {
  if (count === undefined) return "";
  if (count % 1_000_000 === 0) return `${count / 1_000_000}M`;
  return count % 1000 === 0 ? `${count / 1000}k` : String(count);
}

/**
 * The members of `after` that differ from `before`; null for those that were removed.
 *
 * @param {Readonly<Record<string, unknown>>} before
 * @param {Readonly<Record<string, unknown>>} after Undefined: the value is not there any more.
 * @returns {Record<string, unknown>}
 */
export function changesOf(before, after) {
  /** @type {Record<string, unknown>} */
  const changes = {};
  for (const [name, value] of Object.entries(after)) {
    if (JSON.stringify(value) !== JSON.stringify(before[name])) changes[name] = value ?? null;
  }
  return changes;
}
