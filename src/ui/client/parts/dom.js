/**
 * Makes and finds elements. Nothing here, and nothing in the page, turns a string into HTML.
 *
 * @module
 */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, unknown>>} [attributes] `class`, `data-…` and so on become attributes: `true` an
 *     empty one, `false` and undefined none. Functions, as in `onclick`, become listeners.
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), (event) => value(event));
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/**
 * Replaces what an element contains.
 *
 * @param {Element} element
 * @param {...(Child | readonly Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * Sets an element's text, if it differs: what did not change must not be announced or selected anew.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The element with `data-part="name"`.
 *
 * @param {ParentNode} within
 * @param {string} name
 * @returns {HTMLElement}
 */
export function part(within, name) {
  const found = within.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`No part "${name}"`);
  return found;
}

/**
 * The same, of a certain kind, as in `partOf(section, "only", HTMLInputElement)`.
 *
 * @template {HTMLElement} Kind
 * @param {ParentNode} within
 * @param {string} name
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function partOf(within, name, kind) {
  const found = part(within, name);
  if (!(found instanceof kind)) throw new Error(`The part "${name}" is not a ${kind.name}`);
  return found;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element of SVG.
 *
 * @param {string} tag
 * @param {Readonly<Record<string, string | number>>} attributes
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return /** @type {SVGElement} */ (element);
}

/**
 * One of the shell's icons (see `src/ui/icons.tsx`), which says nothing to a screen reader.
 *
 * @param {string} name
 */
export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));
}

/**
 * @param {readonly (Child | readonly Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children.flat().flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    return [child instanceof Node ? child : String(child)];
  });
}
