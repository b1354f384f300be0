/**
 * Rows by key: a new list of things changes only the rows that differ, so that the focus, a selection and a scroll
 * position stay where they are.
 *
 * @module
 */

/**
 * @template Item
 * @typedef {object} RowOptions
 * @property {(item: Item) => string} keyOf
 * @property {(item: Item) => HTMLElement} render
 */

/**
 * The rows of a table's body, or the entries of a list.
 *
 * @template Item
 */
export class Rows {
  /** @type {Map<string, { readonly element: HTMLElement, readonly seen: string }>} */
  #rows = new Map();
  #parent;
  #options;

  /**
   * @param {Element} parent
   * @param {RowOptions<Item>} options
   */
  constructor(parent, options) {
    this.#parent = parent;
    this.#options = options;
  }

  /**
   * Shows these, in this order.
   *
   * @param {readonly Item[]} items JSON.
   */
  show(items) {
    const rows = new Map();
    /** @type {Element | null} */
    let place = this.#parent.firstElementChild;
    for (const item of items) {
      const key = this.#options.keyOf(item);
      const seen = JSON.stringify(item);
      const known = this.#rows.get(key);
      const element = known?.seen === seen ? known.element : this.#options.render(item);
      if (known !== undefined && known.element !== element) {
        if (place === known.element) place = element;
        replace(known.element, element);
      }
      if (place === element) place = element.nextElementSibling;
      else this.#parent.insertBefore(element, place);
      rows.set(key, { element, seen });
    }
    for (const [key, { element }] of this.#rows) if (!rows.has(key)) element.remove();
    this.#rows = rows;
  }
}

/**
 * Puts a row in the place of its former self. The focus stays on the same control.
 *
 * @param {HTMLElement} former
 * @param {HTMLElement} element
 */
function replace(former, element) {
  const nth = [...former.querySelectorAll(CONTROLS)].findIndex((control) =>
    control === document.activeElement
  );
  former.replaceWith(element);
  const control = element.querySelectorAll(CONTROLS)[nth];
  if (control instanceof HTMLElement) control.focus();
}

const CONTROLS = "a[href], button, input, select, textarea, [tabindex]";
