/**
 * Parses JSON that stands as a text within a request, such as the arguments of a function call.
 *
 * @module
 */
import { isJsonObject, type JsonObject, parsedJson } from "../../../base/json.ts";

/** Longest text, in characters. */
const LONGEST = 8 * 1024 * 1024;

/** Most levels. */
const MOST_LEVELS = 500;

/** Most values of all texts of a request, as many as its body may hold itself. */
const MOST_VALUES = 500_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Reads the texts of one request. Many small values cost far more than their bytes, so they are counted together. */
export class NestedJson {
  #left: number;

  /** @param mostValues Most values of all texts. Default: 500,000. */
  constructor(mostValues = MOST_VALUES) {
    this.#left = mostValues;
  }

  /**
   * The value of a text.
   *
   * @returns Undefined if it is not JSON, is longer than 8 MiB, has more than 500 levels, or has more values than the
   * texts before it have left.
   */
  value(text: string): unknown {
    if (text.length > LONGEST) return undefined;
    const { levels, values } = sizeOf(text);
    if (levels > MOST_LEVELS || values > this.#left) return undefined;
    this.#left -= values;
    return parsedJson(text);
  }

  /** The object that a text holds; undefined for anything else. */
  object(text: string): JsonObject | undefined {
    if (!/^\s*\{/.test(text)) return undefined;
    const value = this.value(text);
    return isJsonObject(value) ? value : undefined;
  }
}

/** The levels that a JSON text has, and about how many values, with the names of members. */
function sizeOf(text: string): { readonly levels: number; readonly values: number } {
  let level = 0;
  let levels = 0;
  let values = 1;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInText) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isInText = false;
    } else if (code === QUOTE) isInText = true;
    else if (code === COMMA || code === COLON) values++;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      values++;
      levels = Math.max(levels, ++level);
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) level--;
  }
  return { levels, values };
}
