/**
 * The view of accounts: how each is, and everything that can be done with them.
 *
 * @module
 */
import { api } from "../parts/api.js";
import { empty } from "../parts/controls.js";
import { el, fill, icon, part, partOf } from "../parts/dom.js";
import { reloading } from "../parts/reloading.js";
import { Rows } from "../parts/rows.js";
import { Sheet } from "../parts/sheet.js";
import { ACCOUNTS } from "../texts/accounts.js";
import { enabling, removing, testing, usingNow } from "./account_actions.js";
import { accountRow } from "./account_row.js";
import { aboutAccount } from "./account_sheet.js";
import { conditionOf, coolsDown, countsOf, matches, passes } from "./account_state.js";
import { addAccount } from "./add_account.js";
import { editAccount } from "./edit_account.js";

/** @typedef {import("./account_state.js").AccountInfo} AccountInfo */
/** @typedef {import("./account_state.js").Filter} Filter */

/**
 * Prepares the view; see `View` in main.js.
 *
 * @param {HTMLElement} section
 */
export function start(section) {
  const table = part(section, "table");
  const nothing = part(section, "nothing");
  const search = partOf(section, "search", HTMLInputElement);
  const filters = part(section, "filters");
  /** @type {readonly AccountInfo[]} */
  let accounts = [];
  /** @type {Filter} */
  let filter = "all";
  let hasOther = false;
  const rows = new Rows(part(section, "rows"), {
    keyOf: (/** @type {AccountInfo} */ { id }) => id,
    render: (account) => accountRow(account, fresh.now),
  });
  const fresh = reloading("accounts", async () => {
    const listed = await api.get("accounts");
    ({ accounts } = listed);
    // Without a stored account, the gateway uses the API key of its environment, if there is one.
    hasOther = accounts.length === 0 && (await api.get("status")).accounts.length > 0;
    showUnreadable(listed.unreadable ?? []);
    showRows();
    sheet.renew();
    return accounts.flatMap(({ status }) => [
      status?.until,
      ...(status?.models ?? []).map(({ until }) => until),
    ]);
  });
  /** @type {Sheet<AccountInfo>} */
  const sheet = new Sheet({
    address: "#/accounts",
    find: (name) => accounts.find((one) => one.name === name),
    about: aboutAccount,
    buttons,
    unknown: ACCOUNTS.unknown,
    onClosed: focusOn,
  });

  /** @param {readonly { readonly name: string, readonly reason: string }[]} list */
  function showUnreadable(list) {
    const notes = list.map((one) =>
      el(
        "div",
        { class: "note", "data-tone": "bad" },
        ACCOUNTS.unreadable(one.name, one.reason),
        removing(one, fresh.now),
      )
    );
    fill(part(section, "unreadable"), notes);
  }

  function showRows() {
    const counts = countsOf(accounts);
    for (const button of filters.querySelectorAll("button")) {
      const name = /** @type {Filter} */ (button.dataset["filter"]);
      button.setAttribute("aria-pressed", String(name === filter));
      fill(part(button, "count"), String(counts[name]));
    }
    const shown = accounts.filter((account) =>
      passes(conditionOf(account), filter) && matches(account, search.value)
    );
    rows.show(shown);
    table.hidden = shown.length === 0;
    filters.hidden = accounts.length === 0;
    search.hidden = accounts.length === 0;
    fill(
      nothing,
      shown.length > 0
        ? null
        : accounts.length > 0
        ? empty(ACCOUNTS.noMatchTitle, ACCOUNTS.noMatch)
        : empty(ACCOUNTS.emptyTitle, hasOther ? ACCOUNTS.emptyButOther : ACCOUNTS.empty, adding()),
    );
  }

  function add() {
    addAccount(async (name) => {
      await fresh.now();
      focusOn(name);
    });
  }

  function adding() {
    return el(
      "button",
      { type: "button", class: "primary", onclick: add },
      icon("add"),
      ACCOUNTS.add,
    );
  }

  /** @param {string} name */
  function focusOn(name) {
    const link = section.querySelector(`[data-account="${CSS.escape(name)}"] a`);
    if (link instanceof HTMLElement) link.focus();
  }

  /**
   * What can be done with an account.
   *
   * @param {AccountInfo} account
   */
  function buttons(account) {
    const options = {
      reload: fresh.now,
      onRenamed: (/** @type {string} */ name) => sheet.rename(name),
    };
    const edit = () => editAccount(account, options);
    return [
      removing(account, async () => {
        sheet.close();
        await fresh.now();
      }),
      el("span", { class: "spring" }),
      el("button", { type: "button", onclick: edit }, ACCOUNTS.edit),
      testing(account, fresh.now),
      ...(coolsDown(account) ? [usingNow(account, fresh.now)] : []),
      enabling(account, fresh.now),
    ];
  }

  part(section, "add").replaceWith(adding());
  search.addEventListener("input", showRows);
  for (const button of filters.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      filter = /** @type {Filter} */ (button.dataset["filter"]);
      showRows();
    });
  }
  return {
    async show(/** @type {string} */ rest, /** @type {URLSearchParams} */ query) {
      await fresh.start();
      sheet.show(rest);
      if (!query.has("add")) return;
      history.replaceState(null, "", "#/accounts");
      add();
    },
    hide() {
      fresh.stop();
      sheet.show("");
    },
  };
}
