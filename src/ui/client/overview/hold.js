/**
 * When the list of calls stands still by itself: while somebody is about to choose a row, which must not move away.
 *
 * @module
 */

/**
 * @typedef {object} Hold
 * @property {() => boolean} isHeld Whether the pointer or the keyboard's focus is in the rows, or a dialog is open that
 *     leads back to them.
 * @property {() => boolean} isPressed Whether a row is pressed right now.
 */

/**
 * Watches the rows.
 *
 * @param {HTMLElement} rows
 * @returns {Hold}
 */
export function holdOf(rows) {
  // Not `:hover`: rows that come under a pointer at rest are not pointed at.
  let isPointed = false;
  for (const moved of ["pointermove", "pointerdown"]) {
    rows.addEventListener(moved, () => isPointed = true);
  }
  rows.addEventListener("pointerleave", () => isPointed = false);
  return {
    isHeld: () =>
      isPointed || rows.querySelector(":focus-visible") !== null ||
      document.querySelector("dialog[open]") !== null,
    isPressed: () => rows.matches(":active"),
  };
}
