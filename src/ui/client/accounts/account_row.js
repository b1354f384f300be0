/**
 * An account as a row of the list.
 *
 * @module
 */
import { state } from "../parts/controls.js";
import { el } from "../parts/dom.js";
import { UNKNOWN, whole } from "../parts/format.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { countdown, timeAgo } from "../parts/ticker.js";
import { conditionOf, tightestFirst, toneOf } from "./account_state.js";
import { enabling, testing } from "./account_actions.js";
import { quotaLine } from "./quota_line.js";

/** @typedef {import("./account_state.js").AccountInfo} AccountInfo */

/**
 * The row.
 *
 * @param {AccountInfo} account
 * @param {() => Promise<void>} reload Called after a change.
 */
export function accountRow(account, reload) {
  const { name, kind, labels = [], status } = account;
  const [tightest, ...others] = tightestFirst(status?.quota ?? []);
  const address = `#/accounts/${encodeURIComponent(name)}`;
  return el(
    "tr",
    { "data-account": name },
    el(
      "th",
      { scope: "row", class: "who" },
      el("a", { href: address, "aria-label": ACCOUNTS.details(name) }, name),
      el(
        "span",
        { class: "aside" },
        ACCOUNTS.kind[kind],
        labels.map((label) => el("span", { class: "tag" }, label)),
      ),
    ),
    el("td", { class: "how" }, condition(account)),
    el(
      "td",
      { class: tightest === undefined ? "left empty-cell" : "left" },
      tightest === undefined ? el("span", { class: "soft" }, UNKNOWN) : quotaLine(tightest),
      others.length > 0 &&
        el("a", { href: address, class: "more-quotas" }, ACCOUNTS.quota.more(others.length)),
    ),
    el(
      "td",
      { class: "num flight", "data-label": ACCOUNTS.columns.inFlight },
      whole(status?.callsInFlight),
    ),
    el(
      "td",
      { class: "nowrap success", "data-label": ACCOUNTS.columns.lastSuccess },
      status?.lastSuccess === undefined
        ? el("span", { class: "soft" }, ACCOUNTS.never)
        : timeAgo(status.lastSuccess),
    ),
    el(
      "td",
      { class: "does" },
      el("div", { class: "actions" }, testing(account, reload), enabling(account, reload)),
    ),
  );
}

/**
 * The state, what it waits for, and why.
 *
 * @param {AccountInfo} account
 */
export function condition(account) {
  const { status, disabledReason } = account;
  const now = conditionOf(account);
  const why = status?.why ?? disabledReason;
  const models = now === "failing" ? status?.models ?? [] : [];
  const [first] = models;
  const until = status?.until ?? (models.length === 1 ? first?.until : undefined);
  return el(
    "div",
    { class: "condition" },
    el(
      "span",
      { class: "now" },
      state(ACCOUNTS.condition[now], toneOf(now)),
      until !== undefined &&
        el("span", { class: "soft nowrap" }, `${ACCOUNTS.back} `, countdown(until)),
      models.length > 1 && el("span", { class: "soft" }, ACCOUNTS.restingModels(models.length)),
    ),
    why !== undefined && el("p", { class: "why", title: why }, why),
    first !== undefined &&
      el(
        "p",
        { class: "why", title: first.why },
        el("span", { class: "mono" }, first.model),
        `: ${first.why}`,
      ),
  );
}
