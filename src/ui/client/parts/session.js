/**
 * The session of this page: its token, how it begins and ends. The cookie cannot be read here, and alone it opens
 * nothing: programs at other ports of this host get it, too. The token is kept for this origin, so that a reload and
 * another tab have it.
 *
 * @module
 */

const PATH = "/ui/session";
const KEPT = "pollux-token";
const HEADER = "x-pollux-token";

/** @type {Set<() => void>} */
const whenEnded = new Set();

/** What the page knows of its session. */
export const session = {
  /** For the header `x-pollux-token`; empty without a session. */
  token: "",

  /** Finds the session that this origin had. @returns {Promise<boolean>} Whether it lasts. */
  async resume() {
    const token = session.token || localStorage.getItem(KEPT) || "";
    if (token === "") return false;
    return await take(await fetch(PATH, { headers: { [HEADER]: token } }));
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
    const headers = { [HEADER]: session.token };
    forget();
    await fetch(PATH, { method: "DELETE", headers });
  },

  /**
   * The gateway does not know a session any more.
   *
   * @param {string} token Its token: another tab may have begun a new session meanwhile.
   */
  ended(token) {
    if (token === "" || token !== session.token) return;
    forget();
    for (const listener of whenEnded) listener();
  },

  /** @param {() => void} listener Called when the session has ended by itself. */
  onEnded(listener) {
    whenEnded.add(listener);
  },
};

// Tabs share the cookie, and so the session: one begins or ends it for all.
addEventListener("storage", ({ key, newValue }) => {
  if (key !== KEPT || session.token === "") return;
  if (newValue === null) session.ended(session.token);
  else session.token = newValue;
});

/** @param {Response} response */
async function take(response) {
  if (!response.ok) return false;
  const { token } = await response.json();
  session.token = token;
  localStorage.setItem(KEPT, token);
  return true;
}

function forget() {
  session.token = "";
  localStorage.removeItem(KEPT);
}
