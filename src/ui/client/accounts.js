/**
 * The view of accounts: how each is, and everything that can be done with them.
 *
 * @module
 */
import { api } from "./api.js";
import { empty } from "./controls.js";
import { el, fill, icon, part, partOf } from "./dom.js";
import { reloading } from "./reloading.js";
import { Rows } from "./rows.js";
import { ACCOUNTS } from "./texts/accounts.js";
import { toast } from "./toast.js";
import { addAccount } from "./accounts/add_account.js";
import { accountRow } from "./accounts/account_row.js";
import { openAccountSheet } from "./accounts/account_sheet.js";
import { conditionOf, countsOf, matches, passes } from "./accounts/account_state.js";

/** @typedef {import("./accounts/account_state.js").AccountInfo} AccountInfo */
/** @typedef {import("./accounts/account_state.js").Filter} Filter */

const ADDRESS = "#/accounts";

/**
 * Prepares the view.
 *
 * @param {HTMLElement} section
 * @returns {import("./main.js").View}
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
  /** @type {import("./accounts/account_sheet.js").AccountSheet | undefined} */
  let sheet;
  const rows = new Rows(part(section, "rows"), {
    keyOf: (/** @type {AccountInfo} */ { id }) => id,
    render: (account) => accountRow(account, fresh.now),
  });
  const fresh = reloading("accounts", async () => {
    ({ accounts } = await api.get("accounts"));
    showRows();
    const known = accounts.find(({ name }) => name === sheet?.name);
    if (known !== undefined) sheet?.show(known);
  });

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
    fill(nothing, shown.length > 0 ? null : accounts.length > 0
      ? empty(ACCOUNTS.noMatchTitle, ACCOUNTS.noMatch)
      : empty(ACCOUNTS.emptyTitle, ACCOUNTS.empty, adding()));
  }

  function adding() {
    const add = () =>
      addAccount(async (name) => {
        await fresh.now();
        focusOn(name);
      });
    return el("button", { type: "button", class: "primary", onclick: add }, icon("add"), ACCOUNTS.add);
  }

  /** @param {string} name */
  function focusOn(name) {
    const link = section.querySelector(`[data-account="${CSS.escape(name)}"] a`);
    if (link instanceof HTMLElement) link.focus();
  }

  /**
   * Opens the sheet of the account in the address, and closes that of another.
   *
   * @param {string} name
   */
  function showSheet(name) {
    if (sheet?.name === name) return;
    const former = sheet;
    sheet = undefined;
    former?.close();
    if (name === "") return;
    const account = accounts.find((one) => one.name === name);
    if (account === undefined) {
      history.replaceState(null, "", ADDRESS);
      toast(ACCOUNTS.unknown(name), { isError: true });
      return;
    }
    const opened = openAccountSheet(account, {
      reload: fresh.now,
      onRenamed: (name) => location.replace(`${ADDRESS}/${encodeURIComponent(name)}`),
      onClose() {
        if (sheet !== opened) return;
        sheet = undefined;
        history.replaceState(null, "", ADDRESS);
        focusOn(name);
      },
    });
    sheet = opened;
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
    async show(rest) {
      await fresh.start();
      showSheet(rest);
    },
    hide() {
      fresh.stop();
      showSheet("");
    },
  };
}
