/**
 * Parts that several views use: fields, copying, states, bars, what is shown where there is nothing.
 *
 * @module
 */
import { wordsOf } from "./api.js";
import { el, fill, icon } from "./dom.js";
import { COMMON } from "../texts/common.js";
import { toast } from "./toast.js";

/** @typedef {"good" | "warn" | "bad" | "busy" | "idle"} Tone */

/**
 * A state: a dot and a word.
 *
 * @param {string} word
 * @param {Tone} tone
 */
export function state(word, tone) {
  return el("span", { class: "state", "data-tone": tone }, word);
}

/**
 * A bar that shows a part of a whole.
 *
 * @param {number} fraction From 0 to 1.
 * @param {{ readonly label: string, readonly words?: string, readonly tone?: Tone }} options `label` names it,
 *     `words` say the value.
 */
export function bar(fraction, { label, words, tone = "idle" }) {
  const shown = Math.min(1, Math.max(0, fraction));
  const element = el("div", {
    class: "bar",
    role: "meter",
    "aria-label": label,
    "aria-valuemin": 0,
    "aria-valuemax": 100,
    "aria-valuenow": Math.round(shown * 100),
    "aria-valuetext": words,
    "data-tone": tone,
  });
  element.style.setProperty("--part", String(shown));
  return element;
}

/**
 * A field of a form: label, control, hint.
 *
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} control Its name becomes its id, if it has none.
 * @param {{ readonly hint?: string }} [options]
 */
export function field(label, control, { hint } = {}) {
  if (control.id === "") control.id = `field-${control.name}-${++fieldCount}`;
  if (hint !== undefined) control.setAttribute("aria-describedby", `${control.id}-hint`);
  return el(
    "div",
    { class: "field" },
    el("label", { for: control.id }, label),
    control,
    hint !== undefined && el("p", { class: "hint", id: `${control.id}-hint` }, hint),
  );
}

let fieldCount = 0;

/**
 * A checkbox with its label.
 *
 * @param {string} label
 * @param {Readonly<Record<string, unknown>>} attributes Of the input.
 */
export function checkbox(label, attributes) {
  return el("label", { class: "check" }, el("input", { type: "checkbox", ...attributes }), label);
}

/**
 * Copies a text, and says so.
 *
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(COMMON.copied);
  } catch {
    toast(COMMON.notCopied, { isError: true });
  }
}

/**
 * Text in a box, with a button that copies it.
 *
 * @param {string} text
 * @param {string} label What it is, for screen readers.
 */
export function copyBox(text, label) {
  return el(
    "div",
    { class: "copy" },
    el("pre", { tabindex: 0, "aria-label": label, role: "region" }, el("code", {}, text)),
    el(
      "button",
      { type: "button", "aria-label": `${COMMON.copy}: ${label}`, onclick: () => copyText(text) },
      icon("copy"),
      COMMON.copy,
    ),
  );
}

/**
 * What is shown where there is nothing.
 *
 * @param {string} title
 * @param {string} words
 * @param {...Node} actions
 */
export function empty(title, words, ...actions) {
  return el(
    "div",
    { class: "empty" },
    el("strong", {}, title),
    el("span", {}, words),
    actions.length > 0 && el("div", { class: "actions" }, actions),
  );
}

/**
 * A note that something failed, with the way to try again.
 *
 * @param {unknown} error
 * @param {() => void} [again]
 */
export function failure(error, again) {
  return el(
    "div",
    { class: "note", "data-tone": "bad", role: "alert" },
    el("p", {}, wordsOf(error)),
    again && el("div", { class: "actions" }, el("button", { onclick: again }, COMMON.retry)),
  );
}

/**
 * Does what a button is for, once at a time; an error becomes a message.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} work
 */
export async function busy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    toast(wordsOf(error), { isError: true });
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/**
 * Sends a form with `work`, once at a time. An error is shown in the form, in `[data-part="wrong"]`, and announced.
 *
 * @param {HTMLFormElement} form
 * @param {(data: FormData) => Promise<unknown>} work
 */
export function onSubmit(form, work) {
  const wrong = form.querySelector('[data-part="wrong"]') ??
    form.appendChild(el("div", { "data-part": "wrong", role: "alert" }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    fill(wrong);
    try {
      await work(new FormData(form));
    } catch (error) {
      fill(wrong, el("p", { class: "note", "data-tone": "bad" }, wordsOf(error)));
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}
