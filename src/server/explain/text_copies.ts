/**
 * Copies texts to remember them. A part of a text, such as a name in an address, would otherwise keep all of it in
 * memory.
 *
 * @module
 */
import { shortCopy } from "../../base/text/short_copy.ts";

/** Longest text that is kept, in UTF-16 units. */
const LONGEST_TEXT = 500;

/** Most different names that are shared. */
const MOST_NAMES = 512;

/** Copies of texts. */
export class TextCopies {
  readonly #names = new Map<string, string>();

  /** A text, cut. */
  text(text: string): string {
    return text === "" ? text : copyOf(text);
  }

  /** A name that many calls have: these share one copy. */
  name(text: string): string {
    if (text === "") return text;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const copy = copyOf(text);
    if (text.length > LONGEST_TEXT) return copy;
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    this.#names.set(copy, copy);
    return copy;
  }
}

function copyOf(text: string): string {
  return shortCopy(text, LONGEST_TEXT);
}
