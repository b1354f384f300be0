/**
 * A client key as a row of the list.
 *
 * @module
 */
import { state } from "../parts/controls.js";
import { el } from "../parts/dom.js";
import { moment } from "../parts/format.js";
import { KEYS } from "../texts/keys.js";
import { countdown } from "../parts/ticker.js";
import { enabling, rotating } from "./key_actions.js";
import { conditionOf, toneOf } from "./key_state.js";
import { limitBars } from "./limit_bars.js";

/** @typedef {import("./key_state.js").KeyInfo} KeyInfo */

/** An end that is nearer than this, in ms, is shown as a time that ticks. */
const NEAR_MS = 30 * 86_400_000;

/**
 * The row.
 *
 * @param {KeyInfo} key
 * @param {() => Promise<void>} reload Called after a change.
 */
export function keyRow(key, reload) {
  const { name, key: hint, labels } = key;
  return el(
    "tr",
    { "data-key": name },
    el(
      "th",
      { scope: "row", class: "who" },
      el(
        "a",
        { href: `#/keys/${encodeURIComponent(name)}`, "aria-label": KEYS.details(name) },
        name,
      ),
      el(
        "span",
        { class: "aside" },
        el("span", { class: "mono" }, hint),
        labels.map((label) => el("span", { class: "tag" }, label)),
      ),
    ),
    el("td", { class: "how" }, keyState(key)),
    el("td", { class: "left" }, limitBars(key)),
    el("td", { class: "uses" }, uses(key)),
    el("td", { class: "ends", "data-label": KEYS.columns.expires }, ends(key)),
    el(
      "td",
      { class: "does" },
      el("div", { class: "actions" }, rotating(key, reload), enabling(key, reload)),
    ),
  );
}

/**
 * The state, and the calls in flight.
 *
 * @param {KeyInfo} key
 */
export function keyState(key) {
  const now = conditionOf(key, Date.now());
  const inFlight = key.status?.callsInFlight ?? 0;
  return el(
    "div",
    { class: "condition" },
    el("span", { class: "now" }, state(KEYS.condition[now], toneOf(now))),
    inFlight > 0 && el("span", { class: "soft small" }, `${inFlight} ${KEYS.inFlight}`),
  );
}

/** @param {KeyInfo} key */
function uses({ allow, deny, accounts, may = ["calls"] }) {
  if (!may.includes("calls")) return el("span", {}, KEYS.onlyMetrics);
  return el(
    "div",
    { class: "uses-list" },
    allow.length === 0
      ? el("span", { class: deny.length + accounts.length === 0 ? "soft" : "" }, KEYS.allModels)
      : el("span", { class: "mono" }, allow.join(", ")),
    deny.length > 0 &&
      el("span", {}, `${KEYS.not} `, el("span", { class: "mono" }, deny.join(", "))),
    accounts.length > 0 && el("span", {}, `${KEYS.through} ${accounts.join(", ")}`),
  );
}

/** @param {KeyInfo} key */
function ends({ expiresAt }) {
  if (expiresAt === undefined) return el("span", { class: "soft" }, KEYS.never);
  const leftMs = Date.parse(expiresAt) - Date.now();
  if (leftMs > 0 && leftMs < NEAR_MS) {
    return el("span", { class: "nowrap" }, `${KEYS.expiresIn} `, countdown(expiresAt));
  }
  const [day] = moment(expiresAt).split(",");
  return el("time", { datetime: expiresAt, title: moment(expiresAt), class: "nowrap" }, day);
}
