/**
 * Builds the fields of a form, and reads them.
 *
 * @module
 */
import { el } from "./dom.js";
import { FieldFault } from "./form_values.js";

/**
 * A field for one line of text, without a hint.
 *
 * @param {string} name
 * @param {string | number | undefined} value
 * @param {Readonly<Record<string, unknown>>} [attributes]
 */
export function textInput(name, value, attributes = {}) {
  return el("input", {
    type: "text",
    name,
    value: value ?? "",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    ...attributes,
  });
}

/**
 * A field for a secret: browsers neither show nor keep it.
 *
 * @param {string} name
 */
export function secretInput(name) {
  return textInput(name, "", { type: "password", autocomplete: "new-password" });
}

/**
 * A choice.
 *
 * @param {string} name
 * @param {Readonly<Record<string, string>>} options The words of each value, in their order.
 * @param {string} chosen
 */
export function choice(name, options, chosen) {
  return el(
    "select",
    { name },
    Object.entries(options).map(([value, words]) =>
      el("option", { value, selected: value === chosen }, words)
    ),
  );
}

/**
 * Reads a form. A field that cannot be read is marked, and gets the focus.
 *
 * @template Body
 * @param {HTMLFormElement} form
 * @param {Readonly<Record<string, string>>} faults The words for each {@linkcode FieldFault.why}.
 * @param {(fields: Record<string, string>) => Body} read
 * @returns {Body}
 * @throws {Error} with words for the reader.
 */
export function readForm(form, faults, read) {
  for (const marked of form.querySelectorAll("[aria-invalid]")) {
    marked.removeAttribute("aria-invalid");
  }
  try {
    return read(fieldsOf(form));
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    const control = form.querySelector(`[name="${error.field}"]`);
    if (control instanceof HTMLElement) {
      // What is wrong may be in a part that is folded up.
      const folded = control.closest("details");
      if (folded !== null) folded.open = true;
      control.setAttribute("aria-invalid", "true");
      control.focus();
    }
    throw new Error(faults[error.why] ?? error.why);
  }
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  const data = new FormData(form);
  return Object.fromEntries(
    [...new Set(data.keys())].map((name) => [
      name,
      data.getAll(name).filter((value) => typeof value === "string").join(" "),
    ]),
  );
}
