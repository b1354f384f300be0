/**
 * A sheet about one thing, which has an address of its own, as in `#/accounts/home`, and stays up to date while it is
 * open.
 *
 * @module
 */
import { openDialog } from "./dialog.js";
import { el, fill } from "./dom.js";
import { toast } from "./toast.js";

/**
 * @template {{ readonly name: string }} Item
 * @typedef {object} SheetOptions
 * @property {string} address Of the view, as in `#/accounts`.
 * @property {(name: string) => Item | undefined} find
 * @property {(item: Item) => readonly Node[]} about What the sheet shows.
 * @property {(item: Item) => readonly Node[]} buttons At its foot.
 * @property {(name: string) => string} unknown The words where there is no such thing.
 * @property {(name: string) => void} onClosed Puts the focus where the thing is listed.
 */

/**
 * The sheet of a view.
 *
 * @template {{ readonly name: string }} Item
 */
export class Sheet {
  #options;
  /** @type {{ name: string, seen: string, body: HTMLElement, foot: HTMLElement, close: () => void } | undefined} */
  #open;

  /** @param {SheetOptions<Item>} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Opens it for the thing in the address, and closes it for another.
   *
   * @param {string} name Empty for none.
   */
  show(name) {
    if (this.#open?.name === name) return this.renew();
    const former = this.#open;
    this.#open = undefined;
    former?.close();
    if (name === "") return;
    const { address, find, unknown, onClosed } = this.#options;
    if (find(name) === undefined) {
      history.replaceState(null, "", address);
      toast(unknown(name), { isError: true });
      return;
    }
    const body = el("div", { class: "about" });
    const { body: scrolls, foot, heading, close } = openDialog({
      title: name,
      kind: "sheet",
      body,
      onClose: () => {
        if (this.#open !== open) return;
        this.#open = undefined;
        history.replaceState(null, "", address);
        onClosed(name);
      },
    });
    // It may scroll, and have nothing in it that takes the focus.
    scrolls.tabIndex = 0;
    scrolls.setAttribute("role", "group");
    scrolls.setAttribute("aria-labelledby", heading.id);
    const open = { name, seen: "", body, foot, close };
    this.#open = open;
    this.renew();
  }

  /** The things may have changed. The focus stays on the button that has it. */
  renew() {
    const open = this.#open;
    const item = open && this.#options.find(open.name);
    if (open === undefined || item === undefined) return;
    const seen = JSON.stringify(item);
    if (open.seen === seen) return;
    open.seen = seen;
    const { body, foot } = open;
    fill(body, this.#options.about(item));
    const focused = [...foot.children].findIndex((one) => one === document.activeElement);
    fill(foot, this.#options.buttons(item));
    const again = foot.children[focused];
    if (again instanceof HTMLElement) again.focus();
  }

  /** Closes it. */
  close() {
    this.#open?.close();
  }

  /**
   * Opens it again under another name.
   *
   * @param {string} name
   */
  rename(name) {
    location.replace(`${this.#options.address}/${encodeURIComponent(name)}`);
  }
}

/**
 * A part of a sheet, with its heading.
 *
 * @param {string} title
 * @param {Node} content
 */
export function sheetBlock(title, content) {
  return el("section", { class: "block" }, el("h3", {}, title), content);
}

/**
 * Names and values, those without a value left out.
 *
 * @template {string} Name
 * @param {Readonly<Record<Name, string>>} labels In their order.
 * @param {Readonly<Record<Name, string | undefined>>} values
 */
export function factList(labels, values) {
  const names = /** @type {Name[]} */ (Object.keys(labels));
  return el(
    "dl",
    { class: "facts" },
    names.flatMap((name) =>
      values[name] === undefined ? [] : [el("dt", {}, labels[name]), el("dd", {}, values[name])]
    ),
  );
}

/**
 * The words of a list; undefined for an empty one.
 *
 * @param {readonly string[]} list
 */
export function listWords(list) {
  return list.length === 0 ? undefined : list.join(", ");
}
