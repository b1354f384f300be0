/**
 * What the gateway tells by itself, over one EventSource for the whole page.
 *
 * @module
 */
import { session } from "./session.js";

/** @typedef {"call" | "status" | "changed" | "lost" | "state"} LiveEvent */
/** @typedef {"closed" | "opening" | "open" | "lost"} LinkState */

const NAMES = /** @type {const} */ (["call", "status", "changed", "lost"]);

/** A browser gives up on some errors; then the page tries again, in ms. */
const AGAIN_MS = 3000;

const target = new EventTarget();
/** @type {EventSource | undefined} */
let source;
/** @type {number | undefined} */
let timer;

/** The gateway's events: `call`, `status`, `changed`, `lost`; and `state`, the connection's own. */
export const live = {
  state: /** @type {LinkState} */ ("closed"),

  /**
   * @param {LiveEvent} name
   * @param {(data: any) => void} listener
   */
  on(name, listener) {
    target.addEventListener(name, (event) => {
      if (event instanceof CustomEvent) listener(event.detail);
    });
  },

  /** Connects, and stays connected until {@linkcode live.close}. */
  open() {
    live.close();
    turn("opening");
    connect();
  },

  close() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
    turn("closed");
  },
};

function connect() {
  // An EventSource sends no headers.
  const opened = new EventSource(`/admin/v1/events?token=${encodeURIComponent(session.token)}`);
  source = opened;
  opened.addEventListener("open", () => turn("open"));
  opened.addEventListener("error", () => {
    turn("lost");
    if (opened.readyState !== EventSource.CLOSED) return;
    opened.close();
    clearTimeout(timer);
    timer = setTimeout(again, AGAIN_MS);
  });
  for (const name of NAMES) {
    opened.addEventListener(name, (event) => emit(name, JSON.parse(event.data)));
  }
}

/** An EventSource does not say why it was refused: the session may have ended. */
async function again() {
  const token = session.token;
  try {
    if (!await session.resume()) return session.ended();
  } catch {
    timer = setTimeout(again, AGAIN_MS);
    return;
  }
  if (source !== undefined && token !== "") connect();
}

/** @param {LinkState} state */
function turn(state) {
  if (live.state === state) return;
  live.state = state;
  emit("state", state);
}

/**
 * @param {LiveEvent} name
 * @param {unknown} detail
 */
function emit(name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail }));
}
