/**
 * An account in short: its state, and when it is back.
 *
 * @module
 */
import { conditionOf, passes, toneOf } from "../accounts/account_state.js";
import { state } from "../parts/controls.js";
import { el } from "../parts/dom.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { OVERVIEW } from "../texts/overview.js";
import { countdown } from "../parts/ticker.js";

/** @import { AccountStatus, Condition } from "../accounts/account_state.js" */

/** @typedef {AccountStatus & { name: string, kind: "gemini-api" | "vertex" | "code-assist" }} AccountStanding */

/** @type {readonly Condition[]} */
const ORDER = [
  "disabledByPollux",
  "cooling",
  "lastResort",
  "failing",
  "probing",
  "busy",
  "starting",
  "available",
  "disabled",
];

/**
 * How an account is, as the view of accounts says it.
 *
 * @param {AccountStanding} account
 */
export function standingOf(account) {
  return conditionOf({ enabled: account.state !== "disabled", status: account });
}

/**
 * Whether an account is among those that the view of accounts calls available.
 *
 * @param {AccountStanding} account
 */
export function isReady(account) {
  return passes(standingOf(account), "ready");
}

/**
 * Those first that need a look.
 *
 * @param {readonly AccountStanding[]} accounts
 */
export function byUrgency(accounts) {
  return accounts.toSorted((one, other) =>
    ORDER.indexOf(standingOf(one)) - ORDER.indexOf(standingOf(other))
  );
}

/** @param {AccountStanding} account */
export function accountStanding(account) {
  const { name, kind, why, until, models, callsInFlight } = account;
  const now = standingOf(account);
  return el(
    "li",
    {},
    el(
      "div",
      { class: "standing-head" },
      el("a", { href: `#/accounts/${encodeURIComponent(name)}` }, name),
      state(ACCOUNTS.condition[now], toneOf(now)),
    ),
    el(
      "p",
      { class: "soft" },
      [ACCOUNTS.kind[kind], callsInFlight > 0 && OVERVIEW.callsInFlight(callsInFlight)].filter(
        Boolean,
      ).join(
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
