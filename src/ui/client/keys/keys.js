/**
 * The view of client keys: what is left of their limits, and everything that can be done with them.
 *
 * @module
 */
import { api } from "../parts/api.js";
import { empty } from "../parts/controls.js";
import { el, fill, icon, part, partOf } from "../parts/dom.js";
import { reloading } from "../parts/reloading.js";
import { Rows } from "../parts/rows.js";
import { Sheet } from "../parts/sheet.js";
import { KEYS } from "../texts/keys.js";
import { enabling, removing, rotating } from "./key_actions.js";
import { createKey, editKey } from "./key_dialog.js";
import { keyRow } from "./key_row.js";
import { aboutKey } from "./key_sheet.js";
import { matches } from "./key_state.js";

/** @typedef {import("./key_state.js").KeyInfo} KeyInfo */

/**
 * Prepares the view; see `View` in main.js.
 *
 * @param {HTMLElement} section
 */
export function start(section) {
  const table = part(section, "table");
  const nothing = part(section, "nothing");
  const search = partOf(section, "search", HTMLInputElement);
  /** @type {readonly KeyInfo[]} */
  let keys = [];
  /** Names and labels of accounts, to limit keys to. @type {readonly string[]} */
  let accounts = [];
  const rows = new Rows(part(section, "rows"), {
    keyOf: (/** @type {KeyInfo} */ { id }) => id,
    render: (key) => keyRow(key, fresh.now),
  });
  const fresh = reloading("keys", async () => {
    const listed = await api.get("keys");
    ({ keys } = listed);
    showUnreadable(listed.unreadable ?? []);
    showRows();
    sheet.renew();
    return keys.flatMap(({ expiresAt, status }) => [
      expiresAt,
      ...(status?.limits ?? []).map(({ leftAgainAt }) => leftAgainAt),
    ]);
  });
  /** @type {Sheet<KeyInfo>} */
  const sheet = new Sheet({
    address: "#/keys",
    find: (name) => keys.find((one) => one.name === name),
    about: aboutKey,
    buttons,
    unknown: KEYS.unknown,
    onClosed: focusOn,
  });

  /** @param {readonly string[]} names */
  function showUnreadable(names) {
    const notes = names.map((name) =>
      el(
        "div",
        { class: "note", "data-tone": "bad" },
        KEYS.unreadable(name),
        removing({ name }, fresh.now),
      )
    );
    fill(part(section, "unreadable"), notes);
  }

  function showRows() {
    const shown = keys.filter((key) => matches(key, search.value));
    rows.show(shown);
    table.hidden = shown.length === 0;
    search.hidden = keys.length === 0;
    fill(
      nothing,
      shown.length > 0
        ? null
        : keys.length > 0
        ? empty(KEYS.noMatchTitle, KEYS.noMatch)
        : empty(KEYS.emptyTitle, KEYS.empty, creating()),
    );
  }

  async function learnAccounts() {
    const known = await api.get("accounts");
    /** @type {readonly { readonly name: string, readonly labels?: readonly string[] }[]} */
    const list = known.accounts;
    accounts = [...new Set(list.flatMap(({ name, labels = [] }) => [name, ...labels]))].sort();
  }

  function creating() {
    const create = () =>
      createKey({
        isFirst: keys.length === 0,
        accounts,
        onCreated: () => fresh.now(),
      });
    return el(
      "button",
      { type: "button", class: "primary", onclick: create },
      icon("add"),
      KEYS.create,
    );
  }

  /** @param {string} name */
  function focusOn(name) {
    const link = section.querySelector(`[data-key="${CSS.escape(name)}"] a`);
    if (link instanceof HTMLElement) link.focus();
  }

  /**
   * What can be done with a key.
   *
   * @param {KeyInfo} key
   */
  function buttons(key) {
    const edit = () =>
      editKey(key, { accounts, reload: fresh.now, onRenamed: (name) => sheet.rename(name) });
    return [
      removing(key, async () => {
        sheet.close();
        await fresh.now();
      }),
      el("span", { class: "spring" }),
      el("button", { type: "button", onclick: edit }, KEYS.edit),
      rotating(key, fresh.now),
      enabling(key, fresh.now),
    ];
  }

  part(section, "create").replaceWith(creating());
  search.addEventListener("input", showRows);
  return {
    async show(/** @type {string} */ rest) {
      await Promise.all([fresh.start(), learnAccounts()]);
      sheet.show(rest);
    },
    hide() {
      fresh.stop();
      sheet.show("");
    },
  };
}
