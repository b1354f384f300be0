/**
 * An account in short: its state, and when it is back.
 *
 * @module
 */
import { state } from "../parts/controls.js";
import { el } from "../parts/dom.js";
import { OVERVIEW } from "../texts/overview.js";
import { countdown } from "../parts/ticker.js";

/**
 * @typedef {object} AccountStanding
 * @property {string} name
 * @property {string} kind
 * @property {"available" | "busy" | "cooling" | "probing" | "disabled"} state
 * @property {string} [why]
 * @property {string} [until] RFC 3339.
 * @property {readonly { model: string, state: string, why: string, until: string }[]} models
 * @property {number} callsInFlight
 */

const TONES = /** @type {const} */ ({
  available: "good",
  busy: "good",
  cooling: "warn",
  probing: "warn",
  disabled: "idle",
});

/** @param {AccountStanding} account */
export function accountStanding({ name, kind, state: is, why, until, models, callsInFlight }) {
  return el(
    "li",
    {},
    el(
      "div",
      { class: "standing-head" },
      el("a", { href: `#/accounts/${encodeURIComponent(name)}` }, name),
      state(OVERVIEW.states[is], TONES[is]),
    ),
    el(
      "p",
      { class: "soft" },
      [kind, callsInFlight > 0 && OVERVIEW.callsInFlight(callsInFlight)].filter(Boolean).join(
        " · ",
      ),
      until !== undefined && [" · ", OVERVIEW.backIn, countdown(until)],
    ),
    why !== undefined && el("p", { class: "soft why", title: why }, why),
    models.slice(0, 4).map((model) =>
      el(
        "p",
        { class: "soft why", title: model.why },
        `${model.model} · ${OVERVIEW.backIn}`,
        countdown(model.until),
      )
    ),
  );
}
