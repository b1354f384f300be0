/**
 * A quota of an account: a bar of what is left, how much that is, when it is reset and when it runs out.
 *
 * @module
 */
import { bar } from "../parts/controls.js";
import { el } from "../parts/dom.js";
import { percent, short } from "../parts/format.js";
import { leftTone } from "../parts/left_tone.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { countdown } from "../parts/ticker.js";

const TEXTS = ACCOUNTS.quota;

/**
 * Shows a quota.
 *
 * @param {import("./account_state.js").QuotaStatus} quota
 */
export function quotaLine(quota) {
  const { model, window, unit, limit, used, leftFraction, resetsAt, runsOutAt } = quota;
  const tone = leftTone(leftFraction, runsOutAt !== undefined);
  const per = Object.entries(TEXTS.window).find(([name]) => name === window)?.[1] ?? window;
  const what = `${TEXTS.unit[unit]} ${per}`;
  const words = TEXTS.left(percent(leftFraction));
  const amount = limit === undefined
    ? what
    : used === undefined
    ? TEXTS.limit(short(limit), what)
    : TEXTS.usedOf(short(used), short(limit), what);
  return el(
    "div",
    { class: "quota" },
    el("div", { class: "quota-what mono" }, model),
    el("div", { class: "quota-left", "data-tone": tone }, words),
    bar(leftFraction, { label: `${model}, ${what}`, words, tone }),
    el(
      "div",
      { class: "quota-times" },
      el("span", {}, amount),
      resetsAt !== undefined && el("span", {}, `${TEXTS.resets} `, countdown(resetsAt)),
      runsOutAt !== undefined &&
        el("span", { class: "warn" }, `${TEXTS.runsOut} `, countdown(runsOutAt)),
    ),
  );
}
