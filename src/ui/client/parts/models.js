/**
 * The models that respond to a prompt, for a `<select>`.
 *
 * @module
 */
import { el, fill } from "./dom.js";

/** What is chosen first if an account has it, and what an example names where no account lists a model. */
export const FIRST_MODEL = "gemini-2.5-flash";

/**
 * Fills a `<select>` with models that stream text. What was chosen stays chosen.
 *
 * @param {HTMLSelectElement} select
 * @param {{ models: readonly { model: string, displayName: string, methods?: readonly string[] }[] }} catalogue As
 *   `GET /admin/v1/models` gives it.
 * @param {string} none What is shown where there is none.
 * @returns {boolean} Whether there is one.
 */
export function fillModels(select, { models }, none) {
  // An account that does not say what its models can do may well have it do this.
  const names = models.filter(({ methods }) => methods?.includes("generateContent") ?? true)
    .map(({ model }) => model);
  const before = select.value;
  const chosen = [before, FIRST_MODEL].find((name) => names.includes(name)) ?? names[0];
  fill(
    select,
    names.length === 0
      ? el("option", { value: "" }, none)
      : names.map((name) => el("option", { value: name, selected: name === chosen }, name)),
  );
  select.disabled = names.length === 0;
  return names.length > 0;
}
