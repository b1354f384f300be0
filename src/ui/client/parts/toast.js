/**
 * Short messages at the foot of the page, which screen readers announce.
 *
 * @module
 */
import { el } from "./dom.js";
import { COMMON } from "../texts/common.js";

/** How long a message stays, in ms. One about an error stays until it is dismissed. */
const STAY_MS = 5000;

/** Most messages at once. */
const MOST = 4;

/**
 * Puts the place of the messages into the topmost dialog, if one is open: what is beside a modal dialog can neither be
 * pressed nor read aloud.
 */
export function placeToasts() {
  const toasts = document.querySelector(".toasts");
  const host = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (toasts !== null && toasts.parentElement !== host) host.append(toasts);
}

/**
 * Says something.
 *
 * @param {string} words
 * @param {{ readonly isError?: boolean }} [options]
 */
export function toast(words, { isError = false } = {}) {
  const place = document.getElementById(isError ? "alerts" : "messages");
  if (place === null) return;
  const message = el(
    "div",
    { class: "toast" },
    el("span", {}, words),
    el("button", { type: "button", onclick: () => message.remove() }, COMMON.dismiss),
  );
  place.append(message);
  while (place.childElementCount > MOST) place.firstElementChild?.remove();
  if (!isError) setTimeout(() => message.remove(), STAY_MS);
}
