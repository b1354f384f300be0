/**
 * The session of this page: its token, how it begins and ends. The cookie itself cannot be read here.
 *
 * @module
 */

const PATH = "/ui/session";

/** @type {Set<() => void>} */
const whenEnded = new Set();

/** What the page knows of its session. */
export const session = {
  /** For the header `x-pollux-token`; empty without a session. */
  token: "",

  /** Finds the session of the cookie. @returns {Promise<boolean>} Whether there is one. */
  async resume() {
    return await take(await fetch(PATH));
  },

  /**
   * Begins a session.
   *
   * @param {{ readonly key: string } | { readonly code: string }} proof
   * @returns {Promise<Response | undefined>} The response if it was refused.
   */
  async begin(proof) {
    const response = await fetch(PATH, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(proof),
    });
    return await take(response) ? undefined : response;
  },

  /** Ends the session at the gateway. */
  async end() {
    const headers = { "x-pollux-token": session.token };
    session.token = "";
    await fetch(PATH, { method: "DELETE", headers });
  },

  /** The gateway does not know the session any more. */
  ended() {
    if (session.token === "") return;
    session.token = "";
    for (const listener of whenEnded) listener();
  },

  /** @param {() => void} listener Called when the session has ended by itself. */
  onEnded(listener) {
    whenEnded.add(listener);
  },
};

/** @param {Response} response */
async function take(response) {
  if (!response.ok) return false;
  const { token } = await response.json();
  session.token = token;
  return true;
}
