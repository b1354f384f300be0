/**
 * Everything about one client key, as its sheet shows it.
 *
 * @module
 */
import { moment, whole } from "../parts/format.js";
import { factList, listWords, sheetBlock } from "../parts/sheet.js";
import { KEYS } from "../texts/keys.js";
import { keyState } from "./key_row.js";
import { limitBars } from "./limit_bars.js";

/** @typedef {import("./key_state.js").KeyInfo} KeyInfo */

const TEXTS = KEYS.sheet;

/**
 * What the sheet shows.
 *
 * @param {KeyInfo} key
 * @returns {Node[]}
 */
export function aboutKey(key) {
  return [
    keyState(key),
    sheetBlock(TEXTS.limits, limitBars(key, { isLong: true })),
    sheetBlock(TEXTS.uses, facts(key)),
  ];
}

/** @param {KeyInfo} key */
function facts(key) {
  const { may = ["calls"], labels, allow, deny, accounts, status, expiresAt, formerValidUntil } =
    key;
  const mayWords = Object.entries(KEYS.may).filter(([name]) => may.includes(name));
  return factList(TEXTS.facts, {
    hint: key.key,
    may: listWords(mayWords.map(([, words]) => words)),
    labels: listWords(labels),
    allow: listWords(allow) ?? KEYS.allModels,
    deny: listWords(deny),
    accounts: listWords(accounts) ?? KEYS.allAccounts,
    inFlight: whole(status?.callsInFlight),
    createdAt: moment(key.createdAt),
    expiresAt: expiresAt === undefined ? KEYS.never : moment(expiresAt),
    formerValidUntil: formerValidUntil === undefined ? undefined : moment(formerValidUntil),
    id: key.id,
  });
}
