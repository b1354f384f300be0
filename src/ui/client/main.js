/**
 * The page: the session, the views and the way between them.
 *
 * @module
 */
import { errorOf, wordsOf } from "./parts/api.js";
import { failure, onSubmit } from "./parts/controls.js";
import { el, fill, icon, part, partOf, say } from "./parts/dom.js";
import { live } from "./parts/live.js";
import { session } from "./parts/session.js";
import { COMMON, SIGN_IN } from "./texts/common.js";
import { startTicker } from "./parts/ticker.js";
import { toast } from "./parts/toast.js";

/** @import { LinkState } from "./parts/live.js" */

/**
 * A view, as its module's `start(section)` gives it: `section` is the view's markup, in which the module fills in.
 *
 * @typedef {object} View
 * @property {(rest: string, query: URLSearchParams) => void | Promise<void>} [show] It is shown, or its address
 *     changed: `#/accounts/one?x=1` gives `one` and `x=1`.
 * @property {() => void} [hide] Another view is shown.
 */

const FIRST = "overview";

const gate = byId("gate");
const frame = byId("frame");
const note = part(gate, "note");
const linkState = part(frame, "link");

/** @type {Map<string, Promise<View>>} */
const started = new Map();
/** @type {{ readonly name: string, readonly view: View } | undefined} */
let shown;

await begin();

async function begin() {
  startTicker();
  prepareGate();
  prepareFrame();
  await signIn(takeCode());
}

/**
 * Enters with the code of the address, or with the session that this origin has.
 *
 * @param {string} code Empty without one.
 */
async function signIn(code) {
  try {
    if (code !== "" && await session.begin({ code }) === undefined) return enter();
    if (await session.resume()) return enter();
    leave(code === "" ? "" : SIGN_IN.codeSpent);
  } catch {
    leave(COMMON.unreachable);
  }
}

/**
 * Takes the code out of the address, `/ui/#CODE`, so that neither the history nor a bookmark has it. Addresses of views
 * begin with `#/`.
 */
function takeCode() {
  const code = location.hash.slice(1);
  if (code === "" || code.startsWith("/")) return "";
  history.replaceState(null, "", location.pathname);
  return code;
}

function prepareGate() {
  const form = partOf(gate, "form", HTMLFormElement);
  onSubmit(form, async (data) => {
    const refused = await session.begin({ key: String(data.get("key") ?? "") });
    if (refused?.status === 401) throw new Error(SIGN_IN.wrong);
    if (refused !== undefined) throw await errorOf(refused);
    form.reset();
    enter();
  });
}

function prepareFrame() {
  addEventListener("hashchange", () => {
    const code = takeCode();
    // An address of `pollux ui` that is opened in a tab of this page loads nothing anew.
    if (code !== "") void signIn(code);
    else if (!frame.hidden) void route();
  });
  part(frame, "sign-out").addEventListener("click", async () => {
    try {
      await session.end();
      leave(SIGN_IN.signedOut);
    } catch (error) {
      toast(wordsOf(error), { isError: true });
    }
  });
  part(frame, "skip").addEventListener("click", (event) => {
    // The address says which view is shown.
    event.preventDefault();
    byId("stage").focus();
  });
  const themes = part(frame, "theme");
  const sayTheme = () => {
    const chosen = document.documentElement.dataset["theme"] ?? "auto";
    const words = Object.entries(COMMON.theme).find(([name]) => name === chosen)?.[1] ?? "";
    fill(themes, icon(`theme-${chosen}`), el("span", { class: "label" }, words));
  };
  themes.addEventListener("click", () => {
    document.dispatchEvent(new Event("pollux-theme"));
    sayTheme();
  });
  sayTheme();
  session.onEnded(() => leave(SIGN_IN.expired));
  live.on("state", (/** @type {LinkState} */ state) => {
    linkState.dataset["state"] = state;
    if (state !== "closed") say(part(linkState, "words"), COMMON.live[state]);
  });
}

/** The session has begun. */
function enter() {
  gate.hidden = true;
  frame.hidden = false;
  live.open();
  void route();
}

/**
 * There is no session.
 *
 * @param {string} why
 */
function leave(why) {
  live.close();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  shown?.view.hide?.();
  shown = undefined;
  frame.hidden = true;
  gate.hidden = false;
  document.title = `${SIGN_IN.title} · ${COMMON.name}`;
  say(note, why);
  note.hidden = why === "";
  partOf(gate, "key", HTMLInputElement).focus();
}

/** Shows the view of the address. */
async function route() {
  const [path = "", query = ""] = location.hash.replace(/^#\//, "").split("?", 2);
  const [asked = "", ...rest] = path.split("/");
  const section = document.getElementById(`view-${asked}`) ?? byId(`view-${FIRST}`);
  const name = section.id.slice("view-".length);
  const isOther = shown?.name !== name;
  if (isOther) {
    shown?.view.hide?.();
    shown = undefined;
    for (const view of frame.querySelectorAll(".view")) {
      if (view instanceof HTMLElement) view.hidden = view !== section;
    }
    for (const link of frame.querySelectorAll("[data-view]")) {
      if (!(link instanceof HTMLElement)) continue;
      if (link.dataset["view"] === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${section.querySelector("h1")?.textContent ?? ""} · ${COMMON.name}`;
    scrollTo(0, 0);
    if (document.activeElement?.closest(".tabs")) section.focus();
  }
  const problem = part(section, "problem");
  try {
    const view = await started.get(name) ?? await start(name, section);
    // Another view may have been chosen meanwhile.
    if (section.hidden) return;
    shown = { name, view };
    await view.show?.(decode(rest.join("/")), new URLSearchParams(query));
    fill(problem);
  } catch (error) {
    started.delete(name);
    fill(problem, failure(error, () => void route()));
  }
}

/**
 * @param {string} name
 * @param {HTMLElement} section
 * @returns {Promise<View>}
 */
async function start(name, section) {
  const view = import(`./${name}/${name}.js`).then((module) => module.start(section));
  started.set(name, view);
  return await view;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`No element "${id}"`);
  return element;
}
