/**
 * Times that tick: the seconds left until a moment, or gone since one. One timer moves them all.
 *
 * @module
 */
import { el, say } from "./dom.js";
import { ago, moment, span } from "./format.js";

/**
 * What is left until a moment, as an element that ticks.
 *
 * @param {string} time RFC 3339.
 */
export function countdown(time) {
  return ticking("until", time);
}

/**
 * How long something lasts since a moment, as an element that ticks.
 *
 * @param {string} time RFC 3339.
 */
export function elapsed(time) {
  return ticking("since", time);
}

/**
 * How long ago a moment was, as an element that ticks.
 *
 * @param {string} time RFC 3339.
 */
export function timeAgo(time) {
  return ticking("ago", time);
}

/** Moves every element that ticks, once a second, while the page is seen. */
export function startTicker() {
  setInterval(() => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("time[data-tick]")) {
      if (element instanceof HTMLTimeElement) move(element);
    }
  }, 1000);
}

/**
 * @param {"until" | "since" | "ago"} kind
 * @param {string} time
 */
function ticking(kind, time) {
  const element = el("time", { datetime: time, "data-tick": kind, title: moment(time) });
  move(element);
  return element;
}

/** @param {HTMLTimeElement} element */
function move(element) {
  const { tick } = element.dataset;
  const seconds = (Date.parse(element.dateTime) - Date.now()) / 1000;
  if (tick === "ago") say(element, ago(element.dateTime));
  else say(element, span(tick === "until" ? Math.ceil(seconds) : -seconds));
}
