/**
 * Turns the forms for client keys into requests of the admin API.
 *
 * @module
 */
import { changesOf, countOf, dollarsOf, FieldFault, listOf } from "../parts/form_values.js";

/** @typedef {import("./key_state.js").KeyInfo} KeyInfo */

/** @typedef {Readonly<Record<string, string>>} Fields What the fields of a form contain, by their names. */

/** The limits that are counts; each is the name of a field, too. */
export const COUNTS = /** @type {const} */ ([
  "requestsPerMinute",
  "requestsPerDay",
  "tokensPerMinute",
  "tokensPerDay",
  "tokensPerMonth",
  "maxConcurrent",
]);

const DAY_MS = 86_400_000;

/**
 * The body of `POST /admin/v1/keys`.
 *
 * @param {Fields} fields `name`, `labels`, those of {@linkcode COUNTS}, `budget` and `budgetPer`, `allow`, `deny`,
 * `accounts`, `may` (as in `calls metrics`), `expires` (`never`, a number of days as in `30`, or `date`) and
 * `expiresOn` (as in `2027-01-31`).
 * @param {number} nowMs
 * @returns {Record<string, unknown>}
 * @throws {FieldFault}
 */
export function newKeyOf(fields, nowMs) {
  return present(settingsOf(fields, nowMs));
}

/**
 * The body of `PATCH /admin/v1/keys/NAME`: what was changed; empty if nothing was.
 *
 * @param {KeyInfo} key
 * @param {Fields} fields As for {@linkcode newKeyOf}; `expires` may be `keep`, too.
 * @param {number} nowMs
 * @returns {Record<string, unknown>}
 * @throws {FieldFault}
 */
export function keyChangesOf(key, fields, nowMs) {
  const { limits, expiresAt, ...after } = settingsOf(fields, nowMs);
  const { name, labels, allow, deny, accounts, may = ["calls"] } = key;
  const changes = changesOf({
    name,
    labels: filled(labels),
    allow: filled(allow),
    deny: filled(deny),
    accounts: filled(accounts),
    may,
  }, after);
  const limitChanges = changesOf({ ...key.limits }, { ...NO_LIMIT, ...limits });
  if (Object.keys(limitChanges).length > 0) changes["limits"] = limitChanges;
  if (fields["expires"] !== "keep" && expiresAt !== key.expiresAt) {
    changes["expiresAt"] = expiresAt ?? null;
  }
  return changes;
}

/** @type {Readonly<Record<string, undefined>>} */
const NO_LIMIT = Object.fromEntries([...COUNTS, "budget"].map((name) => [name, undefined]));

/**
 * @param {Fields} fields
 * @param {number} nowMs
 */
function settingsOf(fields, nowMs) {
  const typed = (/** @type {string} */ field) => fields[field] ?? "";
  const name = typed("name").trim();
  if (name === "") throw new FieldFault("name", "nameMissing");
  const may = listOf(typed("may"));
  if (may.length === 0) throw new FieldFault("may", "mayNothing");
  const usd = dollarsOf(typed("budget"), "budget");
  const limits = present({
    ...Object.fromEntries(COUNTS.map((name) => [name, countOf(typed(name), name)])),
    budget: usd === undefined
      ? undefined
      : { microUsd: Math.round(usd * 1e6), per: typed("budgetPer") === "day" ? "day" : "month" },
  });
  return {
    name,
    labels: filled(listOf(typed("labels"))),
    limits: Object.keys(limits).length === 0 ? undefined : limits,
    allow: filled(listOf(typed("allow"))),
    deny: filled(listOf(typed("deny"))),
    accounts: filled(listOf(typed("accounts"))),
    may,
    expiresAt: endOf(fields, nowMs),
  };
}

/**
 * When a key ends, in RFC 3339; undefined if it does not.
 *
 * @param {Fields} fields
 * @param {number} nowMs
 * @returns {string | undefined}
 */
function endOf({ expires = "never", expiresOn = "" }, nowMs) {
  if (expires === "never" || expires === "keep") return undefined;
  if (expires !== "date") return new Date(nowMs + Number(expires) * DAY_MS).toISOString();
  const atMs = Date.parse(expiresOn);
  if (Number.isNaN(atMs)) throw new FieldFault("expiresOn", "dateMissing");
  if (atMs <= nowMs) throw new FieldFault("expiresOn", "datePast");
  return new Date(atMs).toISOString();
}

/**
 * @param {Readonly<Record<string, unknown>>} members
 * @returns {Record<string, unknown>} Those that are defined.
 */
function present(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/**
 * @param {readonly string[]} list
 * @returns {readonly string[] | undefined} Undefined for an empty one.
 */
function filled(list) {
  return list.length === 0 ? undefined : list;
}
