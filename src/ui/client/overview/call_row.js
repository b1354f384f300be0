/**
 * A call as a row of the live list.
 *
 * @module
 */
import { state } from "../parts/controls.js";
import { el } from "../parts/dom.js";
import { clock, duration, short, UNKNOWN, usd, whole } from "../parts/format.js";
import { OVERVIEW } from "../texts/overview.js";
import { elapsed } from "../parts/ticker.js";

/**
 * @typedef {object} CallRow
 * @property {string} id
 * @property {string} at RFC 3339.
 * @property {string} key
 * @property {string} method
 * @property {string} [operation] Of another API, if the call was translated.
 * @property {string} model
 * @property {string} account
 * @property {number} status 0 while it runs.
 * @property {number} attempts
 * @property {number} [firstByteMs]
 * @property {number} [ms]
 * @property {{ prompt: number, cached: number, tool: number, thoughts: number, output: number }} [tokens]
 * @property {number} [costUsd]
 * @property {string} [error]
 */

/** The methods whose name would stand in almost every row. */
const USUAL = ["generateContent", "streamGenerateContent"];

/** @param {CallRow} call */
export function callRow(call) {
  const { id, at, key, model, account, attempts, firstByteMs, ms, tokens } = call;
  const method = call.operation ?? call.method;
  const time = clock(at);
  return el(
    "tr",
    { class: "opens", "data-call": id },
    el(
      "td",
      { class: "when" },
      el(
        "button",
        { type: "button", class: "plain", "aria-label": OVERVIEW.opens(time) },
        el("time", { datetime: at }, time),
      ),
    ),
    el("td", { class: "result" }, resultOf(call)),
    el(
      "td",
      { class: "model" },
      model || el("span", { class: "soft" }, method || UNKNOWN),
      model !== "" && !USUAL.includes(method) && [" ", el("span", { class: "tag" }, method)],
    ),
    el("td", { class: "key" }, keyWords(key)),
    el(
      "td",
      { class: "account" },
      account || el("span", { class: "soft" }, UNKNOWN),
      attempts > 1 &&
        [" ", el("span", { class: "tag", title: OVERVIEW.attempts(attempts) }, `×${attempts}`)],
    ),
    el("td", { class: "num in", title: tokens && whole(tokens.prompt) }, tokensIn(tokens)),
    el(
      "td",
      { class: "num out", title: call.costUsd === undefined ? undefined : usd(call.costUsd) },
      short(tokens && tokens.output + tokens.thoughts),
    ),
    el("td", { class: "num first" }, duration(firstByteMs)),
    el("td", { class: "num total" }, ms === undefined ? elapsed(at) : duration(ms)),
  );
}

/** @param {CallRow["tokens"]} tokens */
function tokensIn(tokens) {
  return short(tokens && tokens.prompt + tokens.tool);
}

/** @param {CallRow} call */
function resultOf({ status, error }) {
  if (status === 0) return state(OVERVIEW.running, "busy");
  if (status < 400 && error === undefined) return state(String(status), "good");
  const element = state(String(status), status === 429 || status === 499 ? "warn" : "bad");
  if (error !== undefined) element.title = error;
  return element;
}

/**
 * How a key is called: some calls have none, or the gateway's own.
 *
 * @param {string} key
 */
export function keyWords(key) {
  if (key === "open" || key === "") return el("span", { class: "soft" }, OVERVIEW.noKey);
  return key === "default" ? el("span", { class: "soft" }, OVERVIEW.ownKey) : key;
}
