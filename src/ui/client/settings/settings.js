/**
 * The view of settings: the gateway itself, the configuration in force and where each value comes from, and the
 * audit log.
 *
 * @module
 */
import { api } from "../parts/api.js";
import { busy, empty } from "../parts/controls.js";
import { el, fill, part, partOf } from "../parts/dom.js";
import { moment } from "../parts/format.js";
import { live } from "../parts/live.js";
import { SETTINGS } from "../texts/settings.js";
import { timeAgo } from "../parts/ticker.js";

/**
 * A setting, as `GET /admin/v1/config` gives it.
 *
 * @typedef {object} Setting
 * @property {string} name
 * @property {unknown} value
 * @property {unknown} default
 * @property {{ type: string, words: string }} origin
 * @property {string} description
 * @property {boolean} needsRestart
 * @property {unknown} [afterRestart]
 */

/** @typedef {{ id: string, at: string, door: string, action: string, subject: string, detail: string }} AuditEntry */

/** Entries of the audit log that are asked for at once. */
const PAGE = 50;

/** @param {HTMLElement} section */
export function start(section) {
  const filter = partOf(section, "filter", HTMLInputElement);
  const changed = partOf(section, "changed", HTMLInputElement);
  const older = partOf(section, "older", HTMLButtonElement);
  /** @type {readonly Setting[]} */
  let settings = [];
  /** @type {AuditEntry[]} */
  let entries = [];

  function drawSettings() {
    const words = filter.value.trim().toLowerCase();
    const shown = settings.filter(({ name, description, origin }) =>
      (!changed.checked || origin.type !== "default") &&
      `${name} ${description}`.toLowerCase().includes(words)
    );
    fill(part(section, "settings"), shown.map(settingRow));
    const [title = "", why = ""] = SETTINGS.noMatch;
    fill(part(section, "no-settings"), shown.length === 0 && empty(title, why));
  }

  async function readConfig() {
    ({ settings } = await api.get("config"));
    drawSettings();
  }

  async function readAudit() {
    const before = entries.at(-1)?.id;
    /** @type {{ entries: readonly AuditEntry[] }} */
    const page = await api.get("audit", { limit: PAGE, before });
    entries.push(...page.entries);
    fill(part(section, "audit"), entries.map(auditRow));
    const [title = "", why = ""] = SETTINGS.noAudit;
    fill(part(section, "no-audit"), entries.length === 0 && empty(title, why));
    older.hidden = page.entries.length < PAGE;
  }

  filter.oninput = drawSettings;
  changed.onchange = drawSettings;
  older.onclick = () => busy(older, readAudit);
  live.on("changed", ({ what }) => {
    if (what === "config" && !section.hidden) void readConfig().catch(() => {});
  });

  return {
    async show() {
      entries = [];
      const [status] = await Promise.all([api.get("status"), readConfig(), readAudit()]);
      fill(part(section, "facts"), ...factsOf(status));
    },
  };
}

/**
 * @param {{
 *   version: string,
 *   startedAt: string,
 *   addresses: readonly string[],
 *   publicUrl?: string,
 *   keyPolicy: { words: string },
 * }} status
 */
function factsOf({ version, startedAt, addresses, publicUrl, keyPolicy }) {
  const { facts } = SETTINGS;
  const all = [...(publicUrl === undefined ? [] : [publicUrl]), ...addresses];
  return [
    [facts.version, version],
    [facts.started, el("span", {}, `${moment(startedAt)}, `, timeAgo(startedAt))],
    [facts.addresses, el("code", {}, all.join(", "))],
    [facts.keyPolicy, keyPolicy.words],
  ].flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
}

/** @param {Setting} setting */
function settingRow({ name, value, default: usual, origin, description, needsRestart, ...rest }) {
  const isDefault = origin.type === "default";
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      el("code", {}, name),
      el("span", { class: "about" }, description, needsRestart && ` (${SETTINGS.needsRestart})`),
    ),
    el(
      "td",
      { class: "value" },
      el("code", { class: isDefault ? "soft" : undefined }, valueWords(value)),
      !isDefault && ![valueWords(value), SETTINGS.none].includes(valueWords(usual)) &&
        el("span", { class: "about" }, SETTINGS.default(valueWords(usual))),
      Object.hasOwn(rest, "afterRestart") &&
        el("span", { class: "about warn" }, SETTINGS.afterRestart(valueWords(rest.afterRestart))),
    ),
    el("td", { class: isDefault ? "soft" : undefined }, breakable(origin.words)),
  );
}

/**
 * A text with a path, which may break after a slash.
 *
 * @param {string} words
 */
function breakable(words) {
  return words.split(/(?<=\/)/).flatMap((piece) => [piece, el("wbr")]);
}

/** @param {AuditEntry} entry */
function auditRow({ at, door, action, subject, detail }) {
  const doors = new Map(Object.entries(SETTINGS.doors));
  return el(
    "tr",
    {},
    el("td", { class: "nowrap" }, el("time", { datetime: at }, moment(at))),
    el("td", { class: "nowrap" }, el("code", {}, action)),
    el("td", {}, subject),
    el("td", { class: "detail" }, detail),
    el("td", { class: "nowrap soft" }, doors.get(door) ?? door),
  );
}

/**
 * A value of a setting in one line.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function valueWords(value) {
  if (value === null || value === undefined || value === "") return SETTINGS.none;
  if (typeof value === "boolean") return value ? SETTINGS.on : SETTINGS.off;
  if (Array.isArray(value)) return value.map(valueWords).join(", ") || SETTINGS.none;
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value);
  return entries.map(([name, inner]) => `${name}: ${valueWords(inner)}`).join(", ") ||
    SETTINGS.none;
}
