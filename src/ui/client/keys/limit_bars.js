/**
 * What is left of a key's limits, as small bars.
 *
 * @module
 */
import { bar } from "../parts/controls.js";
import { el } from "../parts/dom.js";
import { short, usd } from "../parts/format.js";
import { leftTone } from "../parts/left_tone.js";
import { KEYS } from "../texts/keys.js";
import { countdown } from "../parts/ticker.js";
import { leftOf } from "./key_state.js";

/**
 * The bars.
 *
 * @param {import("./key_state.js").KeyInfo} key
 * @param {{ readonly isLong?: boolean }} [options] `isLong`: with the time at which a limit is full again.
 */
export function limitBars(key, { isLong = false } = {}) {
  const limits = leftOf(key);
  if (limits.length === 0) return el("span", { class: "soft" }, KEYS.noLimits);
  return el(
    "ul",
    { class: "limits" },
    limits.map(({ what, unit, left, limit, leftFraction, leftAgainAt, resetsAt }) => {
      const label = Object.entries(KEYS.limit).find(([name]) => name === what)?.[1] ?? what;
      const write = unit === "usd" ? usd : short;
      const tone = key.state === "valid" ? leftTone(leftFraction) : "idle";
      return el(
        "li",
        {},
        el("span", { class: "limit-what" }, label),
        el(
          "span",
          { class: "limit-left", "data-tone": tone },
          KEYS.leftOf(write(left), write(limit)),
        ),
        bar(leftFraction, { label, words: KEYS.leftWords(write(left), write(limit)), tone }),
        leftAgainAt !== undefined
          ? el("span", { class: "limit-time warn" }, `${KEYS.leftAgain} `, countdown(leftAgainAt))
          : isLong && resetsAt !== undefined &&
            el("span", { class: "limit-time soft" }, `${KEYS.resets} `, countdown(resetsAt)),
      );
    }),
  );
}
