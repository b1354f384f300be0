/**
 * Everything about one account, as its sheet shows it.
 *
 * @module
 */
import { el } from "../parts/dom.js";
import { moment, whole } from "../parts/format.js";
import { factList, listWords, sheetBlock } from "../parts/sheet.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { countdown } from "../parts/ticker.js";
import { condition } from "./account_row.js";
import { conditionOf, tightestFirst } from "./account_state.js";
import { quotaLine } from "./quota_line.js";

/** @typedef {import("./account_state.js").AccountInfo} AccountInfo */

const TEXTS = ACCOUNTS.sheet;

/**
 * What the sheet shows.
 *
 * @param {AccountInfo} account
 * @returns {Node[]}
 */
export function aboutAccount(account) {
  const { status } = account;
  const explained = ACCOUNTS.explained[conditionOf(account)];
  const quotas = tightestFirst(status?.quota ?? []);
  const models = status?.models ?? [];
  return [
    condition(account),
    ...(explained === "" ? [] : [el("p", { class: "hint" }, explained)]),
    ...(models.length === 0 ? [] : [sheetBlock(TEXTS.models, modelList(models))]),
    sheetBlock(
      TEXTS.quotas,
      quotas.length === 0
        ? el("p", { class: "hint" }, TEXTS.noQuota)
        : el("div", { class: "quotas" }, quotas.map(quotaLine)),
    ),
    sheetBlock(TEXTS.settings, facts(account)),
  ];
}

/** @param {readonly import("./account_state.js").ModelStatus[]} models */
function modelList(models) {
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
          state === "probing"
            ? ACCOUNTS.condition.probing
            : [`${ACCOUNTS.back} `, countdown(until)],
        ),
        el("p", { class: "why" }, why),
      )
    ),
  );
}

/** @param {AccountInfo} account */
function facts(account) {
  const { kind, credential, project, location, labels = [], models: rules, status } = account;
  const { priority, weight, maxConcurrent, createdAt, signedInAt } = account;
  const credentials = Object.entries(ACCOUNTS.credentialType);
  return factList(TEXTS.facts, {
    kind: ACCOUNTS.kind[kind],
    credential: credentials.find(([type]) => type === credential)?.[1] ?? credential,
    project,
    location,
    labels: listWords(labels),
    priority: priority === undefined ? undefined : String(priority),
    weight: weight === undefined ? undefined : whole(weight),
    maxConcurrent: maxConcurrent === undefined ? undefined : whole(maxConcurrent),
    allow: listWords(rules?.allow ?? []),
    deny: listWords(rules?.deny ?? []),
    baseUrls: account.baseUrls.join(", "),
    quotaProject: account.quotaProject,
    projectGroup: account.projectGroup,
    proxy: account.proxy,
    inFlight: whole(status?.callsInFlight),
    lastSuccess: status?.lastSuccess === undefined ? ACCOUNTS.never : moment(status.lastSuccess),
    lastFailure: status?.lastFailure === undefined ? ACCOUNTS.never : moment(status.lastFailure),
    createdAt: createdAt === undefined ? undefined : moment(createdAt),
    signedInAt: signedInAt === undefined ? undefined : moment(signedInAt),
  });
}
