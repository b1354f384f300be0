/**
 * Keeps what a view shows up to date while it is shown: after each change, soon after calls, and now and then, since
 * cool-downs end and quotas are reset without an event.
 *
 * @module
 */
import { live } from "./live.js";

/** Least time between two requests, in ms. */
const CALM_MS = 2000;

/** Longest time between two requests, in ms. */
const STALE_MS = 10_000;

/**
 * @typedef {object} Reloading
 * @property {() => Promise<void>} start The view is shown: loads, and goes on doing so. Rejects as `load` does.
 * @property {() => void} stop Another view is shown.
 * @property {() => Promise<void>} now Loads at once.
 */

/**
 * Prepares to load again and again.
 *
 * @param {"accounts" | "keys"} what Whose changes the gateway tells.
 * @param {() => Promise<void>} load Gets and shows the data.
 * @returns {Reloading}
 */
export function reloading(what, load) {
  let isShown = false;
  let lastMs = -Infinity;
  /** @type {number | undefined} */
  let timer;

  async function now() {
    clearTimeout(timer);
    lastMs = Date.now();
    try {
      await load();
    } finally {
      if (isShown) later(STALE_MS);
    }
  }

  /** @param {number} ms */
  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.hidden) return later(STALE_MS);
      // The navigation says that the gateway does not respond; what was shown last stays.
      now().catch(() => {});
    }, ms);
  }

  function soon() {
    if (isShown) later(Math.max(0, lastMs + CALM_MS - Date.now()));
  }

  live.on(
    "changed",
    (/** @type {{ what?: string }} */ change) => change.what === what && isShown && later(0),
  );
  live.on("call", soon);
  live.on("state", (/** @type {string} */ state) => state === "open" && soon());
  return {
    async start() {
      isShown = true;
      await now();
    },
    stop() {
      isShown = false;
      clearTimeout(timer);
    },
    now,
  };
}
