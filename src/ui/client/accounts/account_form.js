/**
 * Turns the forms for accounts into requests of the admin API.
 *
 * @module
 */
import { changesOf, countOf, FieldFault, integerOf, listOf } from "../parts/form_values.js";

/** @typedef {import("./account_state.js").AccountInfo} AccountInfo */

/** @typedef {Readonly<Record<string, string>>} Fields What the fields of a form contain, by their names. */

/** Longest credentials file that is read, in bytes: the admin API reads at most 1 MiB. */
export const LONGEST_FILE = 256 * 1024;

/**
 * The body of `POST /admin/v1/accounts`.
 *
 * @param {Fields} fields `kind`, `name`, `credential` (`key` or `file`), `apiKey`, `credentials`, `project`,
 * `location`, `baseUrls`, `labels`, `agreesToRisk` (`yes`).
 * @returns {Record<string, unknown>}
 * @throws {FieldFault}
 */
export function newAccountOf(fields) {
  const { kind = "", name = "" } = fields;
  const asksForKey = takesKey(fields);
  if (name.trim() === "") throw new FieldFault("name", "nameMissing");
  const access = asksForKey
    ? { apiKey: keyOf(fields["apiKey"]) }
    : { credentials: credentialsOf(fields["credentials"]) };
  const project = asksForKey ? "" : fields["project"]?.trim() ?? "";
  const location = asksForKey || kind !== "vertex" ? "" : fields["location"]?.trim() ?? "";
  if (kind === "vertex" && !asksForKey && location === "") {
    throw new FieldFault("location", "locationMissing");
  }
  if (kind === "code-assist" && fields["agreesToRisk"] !== "yes") {
    throw new FieldFault("agreesToRisk", "riskNotAccepted");
  }
  const labels = listOf(fields["labels"] ?? "");
  const baseUrls = listOf(fields["baseUrls"] ?? "");
  return {
    kind,
    name: name.trim(),
    ...access,
    ...(project === "" ? {} : { project }),
    ...(location === "" ? {} : { location }),
    ...(labels.length === 0 ? {} : { labels }),
    ...(baseUrls.length === 0 ? {} : { baseUrls }),
    ...(kind === "code-assist" ? { agreesToRisk: true } : {}),
  };
}

/**
 * Whether an account of that kind is added with an API key, and not with a credentials file.
 *
 * @param {Fields} fields
 * @returns {boolean}
 */
export function takesKey({ kind, credential }) {
  return kind === "gemini-api" || kind === "vertex" && credential === "key";
}

/**
 * The body of `PATCH /admin/v1/accounts/NAME`: what was changed; empty if nothing was.
 *
 * @param {AccountInfo} account
 * @param {Fields} fields `name`, `labels`, `priority`, `weight`, `maxConcurrent`, `allow`, `deny`, `apiKey`, `project`,
 * `location`, `quotaProject`, `projectGroup`, `baseUrls`, `proxy`. What the form has no field for stays.
 * @returns {Record<string, unknown>}
 * @throws {FieldFault}
 */
export function accountChangesOf(account, fields) {
  const { labels = [], models } = account;
  const typed = (/** @type {string} */ field) => fields[field]?.trim() ?? "";
  const text = (/** @type {string} */ field) => typed(field) === "" ? undefined : typed(field);
  const list = (/** @type {string} */ field) => filled(listOf(typed(field)));
  if (typed("name") === "") throw new FieldFault("name", "nameMissing");
  if (fields["location"]?.trim() === "") throw new FieldFault("location", "locationMissing");
  const after = Object.entries({
    name: typed("name"),
    labels: list("labels"),
    priority: integerOf(typed("priority"), "priority"),
    weight: countOf(typed("weight"), "weight"),
    maxConcurrent: countOf(typed("maxConcurrent"), "maxConcurrent"),
    allow: list("allow"),
    deny: list("deny"),
    project: text("project"),
    location: text("location"),
    quotaProject: text("quotaProject"),
    projectGroup: text("projectGroup"),
    baseUrls: list("baseUrls"),
    proxy: text("proxy"),
  }).filter(([field]) => field in fields);
  const before = {
    ...account,
    labels: filled(labels),
    allow: filled(models?.allow ?? []),
    deny: filled(models?.deny ?? []),
  };
  const changes = changesOf(before, Object.fromEntries(after));
  return typed("apiKey") === "" ? changes : { ...changes, apiKey: keyOf(typed("apiKey")) };
}

/**
 * What a credentials file says about itself, to fill in the form; undefined if it is not JSON.
 *
 * @param {string} text
 * @returns {{ readonly type: string, readonly project: string } | undefined}
 */
export function aboutCredentials(text) {
  const file = jsonObject(text);
  if (file === undefined) return undefined;
  const { type, project_id: project } = file;
  return {
    type: typeof type === "string" ? type : "",
    project: typeof project === "string" ? project : "",
  };
}

/** @param {string | undefined} text */
function credentialsOf(text = "") {
  if (text.trim() === "") throw new FieldFault("credentials", "credentialsMissing");
  const file = jsonObject(text);
  if (file === undefined) throw new FieldFault("credentials", "credentialsNotJson");
  return file;
}

/** @param {string | undefined} text */
function keyOf(text = "") {
  const key = text.trim();
  if (key === "") throw new FieldFault("apiKey", "keyMissing");
  if (/\s/.test(key)) throw new FieldFault("apiKey", "keyHasSpaces");
  return key;
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | undefined}
 */
function jsonObject(text) {
  try {
    // A byte order mark, which editors of Windows put in front, is white space as well.
    const value = JSON.parse(text.trim());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {readonly string[]} list
 * @returns {readonly string[] | undefined} Undefined for an empty one.
 */
function filled(list) {
  return list.length === 0 ? undefined : list;
}
