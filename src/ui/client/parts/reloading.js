/**
 * Keeps what a view shows up to date while it is shown: after each change, soon after calls, when a countdown is over,
 * and now and then, since quotas are reset without an event.
 *
 * @module
 */
import { live } from "./live.js";

/** Least time between two requests, in ms. */
const CALM_MS = 2000;

/** Longest time between two requests, in ms. */
const STALE_MS = 10_000;

/** How long after the end of a countdown the gateway is asked, in ms: its clock may differ a little. */
const GRACE_MS = 300;

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
 * @param {() => Promise<readonly (string | undefined)[]>} load Gets and shows the data; resolves to the moments at
 *     which it changes by itself, in RFC 3339.
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
    let nextMs = STALE_MS;
    try {
      nextMs = untilNext(await load(), Date.now());
    } finally {
      if (isShown) later(nextMs);
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

/**
 * How long to wait before the data is loaded again, in ms.
 *
 * @param {readonly (string | undefined)[]} moments In RFC 3339.
 * @param {number} nowMs
 * @returns {number}
 */
export function untilNext(moments, nowMs) {
  const waits = moments.map((moment) => Date.parse(moment ?? "") - nowMs + GRACE_MS);
  return Math.max(CALM_MS, Math.min(STALE_MS, ...waits.filter((ms) => ms > 0)));
}
