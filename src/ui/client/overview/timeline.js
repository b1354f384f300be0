/**
 * Where a call's time went: everything that it waited for, as bars on one scale, with what the attempts returned.
 *
 * @module
 */
import { el } from "../parts/dom.js";
import { duration } from "../parts/format.js";
import { EXPLAIN } from "../texts/overview.js";

/** Least width of a bar, as a part of the scale. */
const LEAST = 0.004;

/**
 * @param {any} call An `Explanation`.
 * @returns {Node}
 */
export function timeline({ waits, attempts, durationMs }) {
  const open = attempts.filter((/** @type {any} */ { ms }) => ms === undefined)
    .map((/** @type {any} */ { startMs, account }) => ({ for: "account", startMs, account }));
  const all = [...waits, ...open];
  if (all.length === 0) return el("p", { class: "soft block" }, EXPLAIN.noAttempts);
  const end = Math.max(1, durationMs ?? 0, ...all.map(({ startMs, ms = 0 }) => startMs + ms));
  return el(
    "section",
    { class: "timeline" },
    el("h3", {}, EXPLAIN.timeline),
    el("ol", {}, all.map((wait) => step(wait, attempts, end))),
  );
}

/**
 * @param {any} wait
 * @param {readonly any[]} attempts
 * @param {number} end In ms.
 */
function step({ for: what, startMs, ms, account }, attempts, end) {
  const attempt = what === "account"
    ? attempts.find((one) => one.startMs === startMs && one.account === account)
    : undefined;
  const isFailed = attempt?.error !== undefined || attempt?.status >= 400;
  const span = el("span", { class: "span", "data-tone": isFailed ? "bad" : undefined });
  span.style.setProperty("--from", String(startMs / end));
  span.style.setProperty("--part", String(Math.max(LEAST, (ms ?? end - startMs) / end)));
  /** @type {Readonly<Record<string, string>>} */
  const names = EXPLAIN.waits;
  return el(
    "li",
    { "data-for": what },
    el(
      "div",
      { class: "step" },
      el("span", {}, names[what] ?? what, account !== undefined && [" ", el("b", {}, account)]),
      attempt !== undefined && el("span", { class: isFailed ? "bad" : "soft" }, statusOf(attempt)),
      el("span", { class: "num soft" }, ms === undefined ? "" : duration(ms)),
    ),
    el("div", { class: "track", "aria-hidden": "true" }, span),
    attempt?.error && el("p", { class: "soft" }, attempt.error),
  );
}

/** @param {any} attempt */
function statusOf({ status, requests, delayMs }) {
  return [
    status === undefined ? EXPLAIN.noResponse : String(status),
    requests > 1 && EXPLAIN.requests(requests),
    delayMs !== undefined && EXPLAIN.delay(duration(delayMs)),
  ].filter(Boolean).join(", ");
}
