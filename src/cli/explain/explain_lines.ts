/**
 * Puts the explanation of a call into words.
 *
 * @module
 */
import { oneLine } from "../../base/text/one_line.ts";
import type {
  Decision,
  ExplainedAttempt,
  ExplainedWait,
  Explanation,
  Outcome,
} from "../../server/explain/explanation.ts";
import type { PassedOver, PassedOverFor } from "../../server/explain/passed_over.ts";
import { PRICES_DATE } from "../../usage/prices.ts";
import { numberText, usdText } from "../terminal/amounts.ts";
import { foldTo } from "../terminal/display_width.ts";
import { formatAgo } from "../terminal/format_ago.ts";
import { fitSection } from "../status/section.ts";

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  "running": "The call has not ended yet",
  "ok": "",
  "access": "Refused: the request had no valid key, or was not allowed here",
  "limit": "Refused by a limit of the client's key",
  "refused": "Refused by the gateway, before an account was chosen",
  "no-account": "No account was left that could serve it",
  "account": "The error of the account was passed on",
  "client-left": "The client disconnected",
};

const FOUND: Readonly<Record<NonNullable<Explanation["conversation"]>["found"], string>> = {
  header: "by its x-session-id header",
  body: "by the sessionId in its body",
  content: "by the beginning of its content",
  uploads: "as the recent uploads of the same client",
};

const WHY: Readonly<Record<PassedOverFor, string>> = {
  "cooling": "cools down",
  "last-resort": "failed a short time ago, so others come first",
  "busy": "had as many requests in flight as it may",
  "probed": "its cool-down is over, and one request finds out if it works again",
  "unlisted": "its list of models does not have the model",
  "method": "cannot serve the method",
  "model": "its rules do not allow the model",
  "not-allowed": "the client's key may not use it",
  "tried": "was tried",
  "disabled": "is disabled",
  "other-account": "another account holds what the request names",
  "conversation": "the conversation was with another account",
  "later-use": "cools down for the model that will use what the call made",
  "priority": "its priority is lower",
  "load": "had more requests in flight for its weight",
  "quota": "its quota is lost later",
  "turn": "it was not its turn",
};

const WAITS: Readonly<Record<ExplainedWait["for"], string>> = {
  "body": "the client's request body",
  "memory": "memory for the request body",
  "owner": "which account holds what the request names",
  "busy": "a busy account",
  "back-off": "the back-off before another attempt",
  "account": "the response of",
};

/** Precedes the further lines of a fact. */
const INDENT = "         ";

/**
 * The lines for a terminal.
 *
 * @param nowMs Now, in ms since the epoch.
 * @param width Most columns of a line: longer ones are folded.
 */
export function explainLines(
  explanation: Explanation,
  nowMs: number,
  width = Infinity,
): readonly string[] {
  const { id, startedAt, attempts, waits } = explanation;
  const passed = passedRows(explanation);
  const facts = [
    `Call     ${id}`,
    `Request  ${requestOf(explanation)}`,
    `At       ${shownTime(startedAt)}, ${formatAgo(startedAt, nowMs)}`,
    ...resultLines(explanation),
    ...accountLines(explanation),
    ...tokenLines(explanation),
  ];
  return [
    ...facts.flatMap((line) => folded(line, width)),
    ...table(["AFTER", "TOOK", "WAITED FOR", "RESULT"], timeRows(explanation), width),
    ...table(["ATTEMPT", "PASSED OVER", "WHY"], passed, width),
    ...(attempts.length === 0 && waits.length === 0 ? ["No account was asked"] : []),
  ];
}

function folded(fact: string, width: number): readonly string[] {
  if (!fact.startsWith(INDENT)) return foldTo(fact, width, INDENT);
  const room = Math.max(1, width - INDENT.length);
  return foldTo(fact.slice(INDENT.length), room).map((line) => INDENT + line);
}

/** A table after an empty line; the last cells are folded below their rows where the terminal is too narrow. */
function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  if (rows.length === 0) return [];
  const { heading, rows: fitted } = fitSection({
    headings,
    optional: [],
    elastic: headings.slice(-2, -1),
    isFolded: true,
    rows: rows.map((row) => ({ what: "", cells: row.slice(0, -1), note: row.at(-1) ?? "" })),
  }, width);
  return ["", heading, ...fitted.flatMap(({ lines }) => lines)];
}

function requestOf({ method, operation, request, model, key, bytesIn }: Explanation): string {
  const what = [operation || method || request || "unknown", model].filter((word) =>
    word !== undefined
  );
  const sent = bytesIn === 0 ? "" : `, ${numberText(bytesIn)} bytes`;
  return `${what.join(" ")}, with ${keyOf(key)}${sent}`;
}

function keyOf({ id, name }: Explanation["key"]): string {
  if (id === "open") return "no client key";
  return id === "default" ? "the gateway's own key" : `the key "${name}" (${id})`;
}

function resultLines(explanation: Explanation): readonly string[] {
  const { outcome, status, error, durationMs, firstByteMs, bytesOut } = explanation;
  const times = [
    ...(firstByteMs === undefined ? [] : [`first byte after ${numberText(firstByteMs)} ms`]),
    ...(durationMs === undefined ? [] : [`all of it after ${numberText(durationMs)} ms`]),
    ...(bytesOut === 0 ? [] : [`${numberText(bytesOut)} bytes`]),
  ];
  const said = [status, times.join(", ")].filter((part) => part !== undefined && part !== "");
  const why = [OUTCOMES[outcome], error].filter((part) => part !== undefined && part !== "");
  return [
    `Result   ${said.join(": ") || "no response"}`,
    ...(why.length === 0 ? [] : [`${INDENT}${why.join(": ")}`]),
    ...(explanation.gaveUp === "attempts"
      ? [`${INDENT}It had as many attempts as routing.max_attempts allows`]
      : []),
  ];
}

function accountLines(explanation: Explanation): readonly string[] {
  const { account, decision, conversation } = explanation;
  if (decision === undefined) return [];
  const known = conversation === undefined
    ? ""
    : `; its conversation (${conversation.id}) is recognized ${FOUND[conversation.found]}`;
  return [
    `Account  ${account === undefined ? "" : `"${account}": `}${
      decided(decision, account)
    }${known}`,
  ];
}

/** @param last The account that responded last: another one, if the chosen one failed. */
function decided(decision: Decision, last: string | undefined): string {
  switch (decision.by) {
    case "resource":
      return `"${decision.account}" holds "${decision.resource}", ` +
        (decision.found === "asked" ? "as the accounts said that were asked" : "as was recorded");
    case "conversation":
      return `the conversation was with "${decision.account}"` +
        (last === undefined || last === decision.account ? "" : ", which failed");
    case "list":
      return "the lists of all accounts are put together";
    case "strategy":
      return decision.left === undefined
        ? "by the strategy for new conversations and other calls"
        : `by the strategy, since "${decision.left}", where the conversation was, was not available`;
  }
}

function tokenLines({ tokens, costUsd, model, attempts }: Explanation): readonly string[] {
  if (attempts.length === 0 || model === undefined) return [];
  if (tokens === undefined) return ["Tokens   not known: Google reported none"];
  const { prompt, cached, tool, thoughts, candidates } = tokens;
  const parts = [
    `${numberText(prompt)} in the prompt${cached === 0 ? "" : ` (${numberText(cached)} cached)`}`,
    ...(tool === 0 ? [] : [`${numberText(tool)} of tools`]),
    ...(thoughts === 0 ? [] : [`${numberText(thoughts)} of thoughts`]),
    `${numberText(candidates)} in the response`,
  ];
  return [
    `Tokens   ${parts.join(", ")}`,
    `Cost     ${
      costUsd === undefined
        ? "unknown: the price of the model is not known"
        : `${usdText(costUsd)}, estimated, prices of ${PRICES_DATE}`
    }`,
  ];
}

function timeRows({ waits, attempts }: Explanation): readonly (readonly string[])[] {
  return waits.map((wait) => {
    const { for: what, startMs, ms, account } = wait;
    const named = account === undefined ? "" : ` "${account}"`;
    const attempt = what === "account"
      ? attempts.find((one) => one.startMs === startMs && one.account === account)
      : undefined;
    return [
      `${numberText(startMs)} ms`,
      `${numberText(ms)} ms`,
      `${WAITS[what]}${named}`,
      attempt === undefined ? "" : responseOf(attempt),
    ];
  });
}

function responseOf({ status, error, delayMs, requests }: ExplainedAttempt): string {
  return [
    ...(status === undefined ? [] : [String(status)]),
    ...(requests > 1 ? [`${requests} requests`] : []),
    ...(delayMs === undefined ? [] : [`says to wait ${numberText(Math.ceil(delayMs / 1000))} s`]),
    ...(error === undefined ? [] : [oneLine(error)]),
  ].join("; ");
}

/** Each account once, unless the reason changed between the attempts. */
function passedRows({ attempts, passedOver, more }: Explanation): readonly (readonly string[])[] {
  const told = new Set<string>();
  const lists = [
    ...attempts.map(({ passedOver, more }, nth) => ({ name: String(nth + 1), passedOver, more })),
    { name: "none left", passedOver, more },
  ];
  return lists.flatMap(({ name, passedOver, more }) => {
    const news = passedOver.filter(({ account, why }) => !told.has(`${account}\n${why}`));
    for (const { account, why } of news) told.add(`${account}\n${why}`);
    const others = more === 0 ? [] : [[name, `${numberText(more)} more`, ""]];
    return [...news.map((one) => [name, one.account, whyOf(one)]), ...others];
  });
}

function whyOf({ why, until, error }: PassedOver): string {
  const end = until === undefined ? "" : ` until ${shownTime(until)}`;
  return `${WHY[why]}${end}${error === undefined ? "" : `: ${oneLine(error)}`}`;
}

function shownTime(time: string): string {
  return `${time.slice(0, 19).replace("T", " ")} UTC`;
}
