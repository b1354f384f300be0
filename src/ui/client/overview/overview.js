/**
 * The overview: what the gateway does now, and its calls as they happen.
 *
 * @module
 */
import { api } from "../parts/api.js";
import { empty, failure } from "../parts/controls.js";
import { el, fill, part, partOf, say } from "../parts/dom.js";
import { callRow } from "./call_row.js";
import { openExplanation } from "./explanation.js";
import { percent, short, whole } from "../parts/format.js";
import { holdOf } from "./hold.js";
import { live } from "../parts/live.js";
import { RateChart } from "./rate.js";
import { Rows } from "../parts/rows.js";
import { accountStanding, byUrgency, isReady } from "./standing.js";
import { OVERVIEW } from "../texts/overview.js";
import { elapsed } from "../parts/ticker.js";

/** @import { CallRow } from "./call_row.js" */
/** @import { AccountStanding } from "./standing.js" */

/** Calls that are asked for at once, and most that are shown. */
const PAGE = 100;
const MOST = 500;

/** The rate chart and the list follow the calls this often at most, in ms: there may be thousands a second. */
const DRAW_MS = 250;

/** Most accounts that are shown. */
const MOST_ACCOUNTS = 8;

/** The accounts are asked for again after this long, in ms, since a cool-down ends by itself. */
const STATUS_MS = 5000;

/** @param {HTMLElement} section */
export function start(section) {
  const hold = holdOf(part(section, "calls"));
  const rows = new Rows(part(section, "calls"), { keyOf: ({ id }) => id, render: callRow });
  const accountRows = new Rows(part(section, "accounts"), {
    keyOf: ({ name }) => name,
    render: accountStanding,
  });
  const chart = new RateChart(part(section, "rate"));
  const filter = partOf(section, "filter", HTMLInputElement);
  const failedOnly = partOf(section, "failed", HTMLInputElement);
  const pause = partOf(section, "pause", HTMLButtonElement);
  const older = partOf(section, "older", HTMLButtonElement);

  /** Newest first. @type {Map<string, CallRow>} */
  let calls = new Map();
  /** Those in the list, as it was drawn; while it stands still, they may be older than `calls`. @type {Map<string, CallRow>} */
  let listed = new Map();
  let isShown = false;
  let isPaused = false;
  let isLoaded = false;
  let isLost = false;
  /** The calls that were told while the list was asked for. @type {Map<string, CallRow>} */
  const told = new Map();
  /** Calls that came while the list stands still. */
  let unseen = 0;
  /** @type {number | undefined} */
  let drawing;
  /** @type {number | undefined} */
  let polling;

  filter.addEventListener("input", draw);
  failedOnly.addEventListener("change", draw);
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    draw();
  });
  older.addEventListener("click", () => loadOlder());
  part(section, "calls").addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    const id = row?.dataset["call"];
    if (id !== undefined && !hasSelection()) void openExplanation(id);
  });

  live.on("call", (/** @type {CallRow} */ call) => {
    if (!isLoaded) return void told.set(call.id, call);
    noteCall(call);
    if (call.status !== 0) chart.add(Date.now(), isFailed(call));
    soon();
  });
  live.on("status", showNow);
  live.on("changed", ({ what }) => isShown && what === "accounts" && loadStatus());
  live.on("lost", ({ count }) => {
    const note = part(section, "lost");
    note.hidden = false;
    say(note, OVERVIEW.lost(count));
  });
  live.on("state", (state) => {
    // What happened while there was no connection is asked for.
    if (state === "open" && isLost) void load();
    isLost = state === "lost";
  });

  /** @param {CallRow} call */
  function noteCall(call) {
    if (listed.has(call.id)) listed.set(call.id, call);
    if (calls.has(call.id)) calls.set(call.id, call);
    else {
      calls = new Map([[call.id, call], ...calls]);
      if (!listed.has(call.id)) unseen++;
    }
    if (calls.size > MOST) calls = new Map([...calls].slice(0, MOST));
  }

  function soon() {
    drawing ??= setTimeout(() => {
      drawing = undefined;
      if (!isShown) return;
      chart.draw();
      follow();
    }, DRAW_MS);
  }

  /** Shows what is new: all of it, or in the rows that are there while the list stands still. */
  function follow() {
    // A row that is replaced while it is pressed gets no click.
    if (hold.isPressed()) return soon();
    const isHeld = hold.isHeld();
    if (!isPaused && !isHeld) return draw();
    rows.show([...listed.values()]);
    sayPaused();
    if (isHeld && unseen > 0) soon();
  }

  function draw() {
    const words = filter.value.trim().toLowerCase();
    const wanted = [...calls.values()].filter((call) =>
      (!failedOnly.checked || isFailed(call)) && matches(call, words)
    );
    listed = new Map(wanted.map((call) => [call.id, call]));
    rows.show(wanted);
    unseen = 0;
    sayPaused();
    part(section, "table").hidden = wanted.length === 0;
    const [title = "", text = ""] = calls.size === 0 ? OVERVIEW.noCalls : OVERVIEW.noMatch;
    const link = el("a", { class: "button", href: "#/connect" }, OVERVIEW.toConnect);
    const place = part(section, "no-calls");
    if (wanted.length > 0 || !isLoaded) fill(place);
    else fill(place, calls.size === 0 ? empty(title, text, link) : empty(title, text));
  }

  function sayPaused() {
    const words = unseen > 0
      ? isPaused ? OVERVIEW.paused(unseen) : OVERVIEW.held(unseen)
      : isPaused
      ? OVERVIEW.resume
      : OVERVIEW.pause;
    say(part(section, "pause-words"), words);
  }

  async function load() {
    told.clear();
    const { calls: newest } = await api.get("calls", { limit: PAGE });
    const isFirst = !isLoaded;
    const former = calls;
    calls = new Map(newest.map((/** @type {CallRow} */ call) => [call.id, call]));
    for (const [id, call] of calls) {
      if (listed.has(id)) listed.set(id, call);
      else if (!former.has(id)) unseen++;
    }
    for (const call of told.values()) noteCall(call);
    told.clear();
    older.hidden = newest.length < PAGE;
    isLoaded = true;
    chart.clear();
    for (const call of newest) {
      if (call.status !== 0) chart.add(Date.parse(call.at) + (call.ms ?? 0), isFailed(call));
    }
    chart.draw();
    if (isFirst) draw();
    else follow();
  }

  async function loadOlder() {
    const last = [...calls.keys()].at(-1);
    try {
      const { calls: more } = await api.get("calls", { limit: PAGE, before: last });
      for (const call of more) calls.set(call.id, call);
      older.hidden = more.length < PAGE || calls.size >= MOST;
      draw();
    } catch (error) {
      fill(part(section, "no-calls"), failure(error));
    }
  }

  async function loadStatus() {
    const status = await api.get("status");
    showNow(status);
    /** @type {readonly AccountStanding[]} */
    const accounts = status.accounts;
    const available = accounts.filter(isReady);
    const value = part(section, "figure-accounts");
    say(value, whole(available.length));
    value.classList.toggle("bad", accounts.length > 0 && available.length === 0);
    say(part(section, "aside-accounts"), OVERVIEW.ofAccounts(accounts.length));
    fill(part(section, "summary"), ...summary(status));
    const all = part(section, "all-accounts");
    say(all, OVERVIEW.allAccounts(accounts.length));
    all.hidden = accounts.length <= MOST_ACCOUNTS;
    accountRows.show(byUrgency(accounts).slice(0, MOST_ACCOUNTS));
    const [title = "", words = ""] = OVERVIEW.noAccounts;
    const place = part(section, "no-accounts");
    if (accounts.length > 0) fill(place);
    else {
      const add = el("a", { class: "button primary", href: "#/accounts?add" }, OVERVIEW.toAccounts);
      fill(place, empty(title, words, add));
    }
  }

  /** @param {{ callsInFlight?: number, waitingCalls: number, lastMinute?: { requests: number, errors: number, tokens: number } }} now */
  function showNow({ callsInFlight, waitingCalls, lastMinute }) {
    say(part(section, "figure-inFlight"), whole(callsInFlight));
    say(
      part(section, "aside-inFlight"),
      waitingCalls === 0 ? OVERVIEW.noneWaiting : OVERVIEW.waiting(waitingCalls),
    );
    if (lastMinute === undefined) return;
    const { requests, errors, tokens } = lastMinute;
    say(part(section, "figure-requests"), short(requests));
    say(
      part(section, "aside-requests"),
      requests === 0 ? "" : OVERVIEW.perSecond((requests / 60).toFixed(1)),
    );
    say(part(section, "figure-errors"), short(errors));
    part(section, "figure-errors").classList.toggle("bad", errors > 0);
    say(
      part(section, "aside-errors"),
      requests === 0 ? "" : OVERVIEW.errorShare(percent(errors / requests)),
    );
    say(part(section, "figure-tokens"), short(tokens));
  }

  async function poll() {
    clearTimeout(polling);
    try {
      await loadStatus();
    } catch {
      // The connection's state says so, at the foot of the navigation.
    }
    chart.draw();
    if (isShown) polling = setTimeout(poll, STATUS_MS);
  }

  return {
    async show() {
      isShown = true;
      await Promise.all([load(), loadStatus()]);
      clearTimeout(polling);
      polling = setTimeout(poll, STATUS_MS);
    },
    hide() {
      isShown = false;
      clearTimeout(polling);
    },
  };
}

/** @param {any} status */
function summary({ addresses, publicUrl, keyPolicy, startedAt, version }) {
  const address = publicUrl ?? addresses[0] ?? location.origin;
  return [
    el("code", {}, address),
    el("span", {}, keyPolicy.words),
    el("span", {}, OVERVIEW.version(version)),
    el("span", {}, OVERVIEW.up, elapsed(startedAt)),
  ];
}

/** @param {CallRow} call */
function isFailed({ status, error }) {
  return status >= 400 || error !== undefined;
}

/**
 * @param {CallRow} call
 * @param {string} words
 */
function matches({ key, model, account, method, id }, words) {
  return words === "" ||
    `${key} ${model} ${account} ${method} ${id}`.toLowerCase().includes(words);
}

/** Whether the reader has marked text: a press that ends a marking opens nothing. */
function hasSelection() {
  return (getSelection()?.toString() ?? "") !== "";
}
