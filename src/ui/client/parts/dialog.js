/**
 * Dialogs: a box in the middle, or a sheet at the side. The browser's own `<dialog>` keeps the focus inside, closes
 * with Escape, and gives the focus back.
 *
 * @module
 */
import { el, icon } from "./dom.js";
import { COMMON } from "../texts/common.js";
import { placeToasts } from "./toast.js";

/**
 * @typedef {object} OpenDialog
 * @property {HTMLDialogElement} dialog
 * @property {HTMLElement} body
 * @property {HTMLElement} foot Buttons; not shown while it is empty.
 * @property {HTMLElement} heading
 * @property {() => void} close
 */

/**
 * Opens a dialog.
 *
 * @param {{
 *   readonly title: string,
 *   readonly kind?: "box" | "box wide" | "sheet",
 *   readonly body: Node | readonly Node[],
 *   readonly foot?: readonly Node[],
 *   readonly onClose?: () => void,
 * }} options
 * @returns {OpenDialog}
 */
export function openDialog({ title, kind = "box", body, foot = [], onClose }) {
  const id = `dialog-${++count}`;
  const heading = el("h2", { id, tabindex: -1 }, title);
  const inside = el("div", { class: "dialog-body" });
  inside.append(...(body instanceof Node ? [body] : body));
  const buttons = el("div", { class: "dialog-foot" }, [...foot]);
  const close = () => dialog.close();
  const dialog = el(
    "dialog",
    { class: kind, "aria-labelledby": id },
    el(
      "header",
      { class: "dialog-head" },
      heading,
      el(
        "button",
        { type: "button", class: "quiet icon-only", "aria-label": COMMON.close, onclick: close },
        icon("close"),
      ),
    ),
    inside,
    buttons,
  );
  // A press that began and ended beside the dialog closes it.
  let isOutside = false;
  dialog.addEventListener("pointerdown", (event) => isOutside = event.target === dialog);
  dialog.addEventListener("click", (event) => {
    if (isOutside && event.target === dialog && kind === "sheet") close();
  });
  dialog.addEventListener("close", () => {
    placeToasts();
    dialog.remove();
    onClose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  placeToasts();
  heading.focus();
  return { dialog, body: inside, foot: buttons, heading, close };
}

let count = 0;

/**
 * Asks before something is done that cannot be undone.
 *
 * @param {{ readonly title: string, readonly words: string, readonly action: string, readonly isDanger?: boolean }} question
 * @returns {Promise<boolean>} Whether to do it.
 */
export function confirm({ title, words, action, isDanger = false }) {
  return new Promise((resolve) => {
    let isYes = false;
    const yes = el("button", {
      type: "button",
      class: isDanger ? "primary danger" : "primary",
      onclick: () => {
        isYes = true;
        close();
      },
    }, action);
    const no = el("button", { type: "button", onclick: () => close() }, COMMON.cancel);
    const { close } = openDialog({
      title,
      body: el("p", {}, words),
      foot: [no, yes],
      onClose: () => resolve(isYes),
    });
    no.focus();
  });
}
