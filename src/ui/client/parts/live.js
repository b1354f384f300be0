/**
 * What the gateway tells by itself: server-sent events, over one connection for the whole page. An EventSource could not
 * send the session's token in a header, and in an address it would stand in the logs of a proxy.
 *
 * @module
 */
import { session } from "./session.js";

/** @typedef {"call" | "status" | "changed" | "lost" | "state"} LiveEvent */
/** @typedef {"closed" | "opening" | "open" | "lost"} LinkState */

/** How long the page waits before it connects again, in ms. */
const AGAIN_MS = 2000;

/**
 * After this time without a byte the connection is dead, in ms: the gateway sends a comment every 15 s. Nothing else
 * would tell, as after a computer slept or a tunnel broke.
 */
const SILENT_MS = 45_000;

const target = new EventTarget();
/** @type {AbortController | undefined} */
let connection;

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
    connection = new AbortController();
    void stayConnected(connection.signal);
  },

  close() {
    connection?.abort();
    connection = undefined;
    turn("closed");
  },
};

/** @param {AbortSignal} signal */
async function stayConnected(signal) {
  while (!signal.aborted) {
    try {
      const { token } = session;
      const headers = { "x-pollux-token": token };
      const status = await readEvents("/admin/v1/events", { headers, signal });
      if (status === 401) return session.ended(token);
    } catch {
      // The gateway does not respond, or the stream broke: the page connects again.
    }
    if (signal.aborted) return;
    turn("lost");
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/**
 * Tells the events of a stream until its end, or until nothing comes any more.
 *
 * @param {string} address
 * @param {{ headers: Record<string, string>, signal: AbortSignal, silentMs?: number }} options
 * @returns {Promise<number>} The status of the response.
 */
export async function readEvents(address, { headers, signal, silentMs = SILENT_MS }) {
  const silence = new AbortController();
  /** @type {number | undefined} */
  let timer;
  function heard() {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silentMs);
  }
  try {
    heard();
    const signals = AbortSignal.any([signal, silence.signal]);
    const response = await fetch(address, { headers, signal: signals });
    if (response.ok && response.body !== null) {
      turn("open");
      await read(response.body, heard);
    } else await response.body?.cancel();
    return response.status;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Tells the events of a stream until its end. The gateway ends each line with a line feed.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {() => void} heard Called whenever bytes have come.
 */
async function read(stream, heard) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    heard();
    const { value, done } = await reader.read();
    if (done) return;
    const events = (text + decoder.decode(value, { stream: true })).split(
      "\n\n",
    );
    text = events.pop() ?? "";
    for (const event of events) tell(event);
  }
}

/** @param {string} event Without the empty line that ends it. */
function tell(event) {
  const [, name] = /^event: (call|status|changed|lost)$/m.exec(event) ?? [];
  const [, data] = /^data: (.+)$/m.exec(event) ?? [];
  if (name !== undefined && data !== undefined) {
    emit(/** @type {LiveEvent} */ (name), JSON.parse(data));
  }
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
