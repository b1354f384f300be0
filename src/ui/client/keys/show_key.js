/**
 * Shows the text of a key, which can be read only now.
 *
 * @module
 */
import { copyBox } from "../parts/controls.js";
import { openDialog } from "../parts/dialog.js";
import { el } from "../parts/dom.js";
import { moment } from "../parts/format.js";
import { KEYS } from "../texts/keys.js";

const TEXTS = KEYS.shown;

/**
 * Opens the dialog.
 *
 * @param {string} text
 * @param {{ readonly title: string, readonly isFirst?: boolean,
 *   readonly rotated?: import("./key_state.js").KeyInfo }} options `isFirst`: no request needed a key before;
 *   `rotated`: the key, if it had another text before.
 */
export function showKey(text, { title, isFirst = false, rotated }) {
  const until = rotated?.formerValidUntil;
  const { close } = openDialog({
    title,
    body: [
      el("p", { class: "shown-words" }, TEXTS.words),
      copyBox(text, TEXTS.text),
      ...(rotated === undefined ? [] : [
        el(
          "p",
          { class: "hint" },
          until === undefined ? TEXTS.formerGone : `${TEXTS.former} ${moment(until)}.`,
        ),
      ]),
      ...(isFirst ? [el("p", { class: "note", "data-tone": "warn" }, KEYS.firstKey)] : []),
    ],
    foot: [el("button", { type: "button", class: "primary", onclick: () => close() }, TEXTS.done)],
  });
}
