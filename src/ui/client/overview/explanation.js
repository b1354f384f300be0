/**
 * The explanation of a call, in a sheet at the side: how it ended, why it had its account, where the time went.
 *
 * @module
 */
import { api, segment } from "../parts/api.js";
import { copyText, failure, state } from "../parts/controls.js";
import { openDialog } from "../parts/dialog.js";
import { el, fill, icon } from "../parts/dom.js";
import { bytes, duration, moment, usd, whole } from "../parts/format.js";
import { keyWords } from "./call_row.js";
import { timeline } from "./timeline.js";
import { COMMON } from "../texts/common.js";
import { EXPLAIN } from "../texts/overview.js";

/**
 * Opens the explanation of a call. While the call lasts, it is asked for again.
 *
 * @param {string} id
 */
export async function openExplanation(id) {
  let isOpen = true;
  const { body, heading } = openDialog({
    title: EXPLAIN.title,
    kind: "sheet",
    body: el("p", { class: "soft" }, COMMON.loading),
    onClose: () => isOpen = false,
  });
  while (isOpen) {
    try {
      const explanation = await api.get(`calls/${segment(id)}`);
      heading.textContent = explanation.model ?? explanation.method ?? EXPLAIN.title;
      fill(body, ...explanationOf(explanation));
      if (explanation.outcome !== "running") return;
    } catch (error) {
      fill(body, failure(error));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/**
 * @param {any} call An `Explanation` (`src/server/explain/explanation.ts`).
 * @returns {Node[]}
 */
function explanationOf(call) {
  return [summary(call), facts(call), timeline(call), ...passedOver(call)];
}

/** @param {any} call */
function summary({ outcome, status, error, gaveUp }) {
  const isGood = outcome === "ok";
  const isRunning = outcome === "running";
  const tone = isGood ? "good" : isRunning ? "busy" : "bad";
  /** @type {Readonly<Record<string, string>>} */
  const outcomes = EXPLAIN.outcomes;
  return el(
    "div",
    { class: "note outcome", "data-tone": isGood || isRunning ? undefined : "bad" },
    el(
      "p",
      {},
      state(status === undefined ? "" : String(status), tone),
      outcomes[outcome] ?? outcome,
    ),
    error && el("p", {}, error),
    gaveUp === "attempts" && el("p", {}, EXPLAIN.maxAttempts),
  );
}

/** @param {any} call */
function facts(call) {
  const { id, startedAt, key, request, model, account, conversation, attempts } = call;
  const method = call.operation ?? call.method;
  const names = EXPLAIN.facts;
  const why = call.decision && decided(call.decision);
  const asksModel = attempts.length > 0 && model !== undefined;
  /** @type {readonly (readonly [string, Node | string | undefined])[]} */
  const pairs = [
    [names.id, idWithCopy(id)],
    [names.at, moment(startedAt)],
    [names.key, keyWords(key.name || key.id)],
    [names.method, method || request],
    [names.model, model],
    [names.account, account],
    [names.why, why],
    [
      names.conversation,
      conversation && `${conversation.id}, ${foundWords(conversation.found)}`,
    ],
    [names.first, call.firstByteMs === undefined ? undefined : duration(call.firstByteMs)],
    [names.total, call.durationMs === undefined ? undefined : duration(call.durationMs)],
    [names.size, EXPLAIN.size(bytes(call.bytesIn), bytes(call.bytesOut))],
    [
      names.tokens,
      call.tokens ? tokenWords(call.tokens) : asksModel ? EXPLAIN.noTokens : undefined,
    ],
    [names.cost, call.tokens && costWords(call.costUsd)],
  ];
  return el(
    "dl",
    { class: "facts" },
    pairs.flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [el("dt", {}, name), el("dd", {}, value)]
    ),
  );
}

/** @param {string} id */
function idWithCopy(id) {
  return el(
    "span",
    { class: "with-copy" },
    el("code", {}, id),
    el("button", {
      type: "button",
      class: "quiet icon-only",
      "aria-label": `${COMMON.copy}: ${EXPLAIN.facts.id}`,
      onclick: () => copyText(id),
    }, icon("copy")),
  );
}

/** @param {string} found */
function foundWords(found) {
  /** @type {Readonly<Record<string, string>>} */
  const words = EXPLAIN.found;
  return words[found] ?? found;
}

/** @param {any} decision */
function decided(decision) {
  const { by } = EXPLAIN;
  switch (decision.by) {
    case "resource":
      return decision.found === "asked"
        ? by.asked(decision.account, decision.resource)
        : by.recorded(decision.account, decision.resource);
    case "conversation":
      return by.conversation(decision.account);
    case "list":
      return by.list;
    default:
      return decision.left === undefined ? by.strategy : by.left(decision.left);
  }
}

/** @param {any} tokens */
function tokenWords(tokens) {
  return Object.entries(EXPLAIN.tokens)
    .filter(([name]) => name === "prompt" || tokens[name] > 0)
    .map(([name, word]) => `${whole(tokens[name])} ${word}`)
    .join(", ");
}

/** @param {number | undefined} cost */
function costWords(cost) {
  return cost === undefined ? EXPLAIN.noCost : EXPLAIN.estimated(usd(cost));
}

/**
 * The accounts that the call did not get, each once for each reason.
 *
 * @param {any} call
 * @returns {Node[]}
 */
function passedOver({ attempts, passedOver, more }) {
  const told = new Set();
  const lists = [
    ...attempts.map((/** @type {any} */ attempt, /** @type {number} */ nth) => ({
      ...attempt,
      name: EXPLAIN.attempt(nth + 1),
    })),
    { name: EXPLAIN.noneLeft, passedOver, more },
  ];
  /** @type {Readonly<Record<string, string>>} */
  const reasons = EXPLAIN.why;
  const rows = lists.flatMap(({ name, passedOver, more }) => {
    const news = passedOver.filter((/** @type {any} */ { account, why }) => {
      const id = `${account}\n${why}`;
      return !told.has(id) && told.add(id);
    });
    const further = more === 0 ? [] : [{ account: EXPLAIN.more(more), why: "" }];
    return [...news, ...further].map(({ account, why, until, error }) =>
      el(
        "tr",
        {},
        el("td", { class: "soft" }, name),
        el("th", { scope: "row" }, account),
        el(
          "td",
          {},
          (reasons[why] ?? why) + (until === undefined ? "" : EXPLAIN.until(moment(until))),
          error && el("p", { class: "soft" }, error),
        ),
      )
    );
  });
  if (rows.length === 0) return [];
  const columns = EXPLAIN.columnsPassed;
  return [
    el("h3", {}, EXPLAIN.passedOver),
    el(
      "table",
      { class: "data" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          [columns.attempt, columns.account, columns.why].map((name) =>
            el("th", { scope: "col" }, name)
          ),
        ),
      ),
      el("tbody", {}, rows),
    ),
  ];
}
