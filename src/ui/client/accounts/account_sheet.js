/**
 * Everything about one account, in a sheet at the side. It stays up to date while it is open.
 *
 * @module
 */
import { openDialog } from "../dialog.js";
import { el, fill } from "../dom.js";
import { moment, whole } from "../format.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { countdown } from "../ticker.js";
import { enabling, removing, testing, usingNow } from "./account_actions.js";
import { editAccount } from "./edit_account.js";
import { condition } from "./account_row.js";
import { conditionOf, tightestFirst } from "./account_state.js";
import { quotaLine } from "./quota_line.js";

/** @typedef {import("./account_state.js").AccountInfo} AccountInfo */

const TEXTS = ACCOUNTS.sheet;

/**
 * @typedef {object} AccountSheet
 * @property {string} name
 * @property {(account: AccountInfo) => void} show The account has changed.
 * @property {() => void} close
 */

/**
 * Opens the sheet.
 *
 * @param {AccountInfo} account
 * @param {{ readonly reload: () => Promise<void>, readonly onClose: () => void,
 *   readonly onRenamed: (name: string) => void }} options
 * @returns {AccountSheet}
 */
export function openAccountSheet(account, { reload, onClose, onRenamed }) {
  const { name } = account;
  const body = el("div", { class: "about" });
  const { foot, close } = openDialog({ title: name, kind: "sheet", body, onClose });
  let seen = "";
  /** @param {AccountInfo} account */
  function show(account) {
    const next = JSON.stringify(account);
    if (next === seen) return;
    seen = next;
    fill(body, ...about(account));
    const focused = [...foot.children].findIndex((one) => one === document.activeElement);
    fill(foot, ...buttons(account));
    const again = foot.children[focused];
    if (again instanceof HTMLElement) again.focus();
  }
  /** @param {AccountInfo} account */
  function buttons(account) {
    const now = conditionOf(account);
    const rests = account.enabled && account.status !== undefined &&
      ["cooling", "probing", "lastResort", "failing"].includes(now);
    const edit = el("button", {
      type: "button",
      onclick: () => editAccount(account, { reload, onRenamed }),
    }, ACCOUNTS.edit);
    return [
      removing(account, async () => {
        close();
        await reload();
      }),
      el("span", { class: "spring" }),
      edit,
      testing(account, reload),
      ...(rests ? [usingNow(account, reload)] : []),
      enabling(account, reload),
    ];
  }
  show(account);
  return { name, show, close };
}

/**
 * @param {AccountInfo} account
 * @returns {Node[]}
 */
function about(account) {
  const { status } = account;
  const explained = ACCOUNTS.explained[conditionOf(account)];
  const quotas = tightestFirst(status?.quota ?? []);
  return [
    condition(account),
    ...(explained === "" ? [] : [el("p", { class: "hint" }, explained)]),
    ...(status === undefined || status.models.length === 0 ? [] : [block(TEXTS.models, models(status.models))]),
    block(
      TEXTS.quotas,
      quotas.length === 0
        ? el("p", { class: "hint" }, TEXTS.noQuota)
        : el("div", { class: "quotas" }, quotas.map(quotaLine)),
    ),
    block(TEXTS.settings, facts(account)),
  ];
}

/** @param {readonly import("./account_state.js").ModelStatus[]} models */
function models(models) {
  return el(
    "ul",
    { class: "models" },
    models.map(({ model, why, until, state }) =>
      el(
        "li",
        {},
        el("span", { class: "mono" }, model),
        el(
          "span",
          { class: "soft nowrap" },
          state === "probing" ? ACCOUNTS.condition.probing : [`${ACCOUNTS.back} `, countdown(until)],
        ),
        el("p", { class: "why" }, why),
      )
    ),
  );
}

/** @param {AccountInfo} account */
function facts(account) {
  const { kind, credential, project, location, labels = [], models: rules, status } = account;
  /** @type {Record<keyof typeof TEXTS.facts, string | undefined>} */
  const values = {
    kind: ACCOUNTS.kind[kind],
    credential: Object.entries(ACCOUNTS.credentialType).find(([type]) => type === credential)?.[1] ??
      credential,
    project,
    location,
    labels: words(labels),
    priority: account.priority === undefined ? undefined : String(account.priority),
    weight: account.weight === undefined ? undefined : whole(account.weight),
    maxConcurrent: account.maxConcurrent === undefined ? undefined : whole(account.maxConcurrent),
    allow: words(rules?.allow ?? []),
    deny: words(rules?.deny ?? []),
    baseUrls: account.baseUrls.join("\n"),
    proxy: account.proxy,
    inFlight: whole(status?.callsInFlight),
    lastSuccess: status?.lastSuccess === undefined ? ACCOUNTS.never : moment(status.lastSuccess),
    lastFailure: status?.lastFailure === undefined ? ACCOUNTS.never : moment(status.lastFailure),
    createdAt: account.createdAt === undefined ? undefined : moment(account.createdAt),
    signedInAt: account.signedInAt === undefined ? undefined : moment(account.signedInAt),
  };
  return el(
    "dl",
    { class: "facts" },
    Object.entries(TEXTS.facts).flatMap(([name, label]) => {
      const value = Object.entries(values).find(([other]) => other === name)?.[1];
      return value === undefined ? [] : [el("dt", {}, label), el("dd", {}, value)];
    }),
  );
}

/** @param {readonly string[]} list */
function words(list) {
  return list.length === 0 ? undefined : list.join(", ");
}

/**
 * @param {string} title
 * @param {Node} content
 */
function block(title, content) {
  return el("section", { class: "block" }, el("h3", {}, title), content);
}
