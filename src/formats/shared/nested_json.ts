/**
 * Parses JSON that stands as a text within a request, such as the arguments of a function call.
 *
 * @module
 */
import { isJsonObject, type JsonObject, parsedJson } from "../../base/json.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { parseBounded } from "../../gemini/json/parse_bounded.ts";

/** A longer text is checked for the number of its values, in characters. */
const SMALL = 64 * 1024;

/** Most levels. */
const MOST_LEVELS = 500;

/**
 * The value of a text.
 *
 * @returns Undefined if it is not JSON, has more than 500 levels, or more than 250,000 values.
 */
export function nestedJson(text: string): unknown {
  if (levelsOf(text) > MOST_LEVELS) return undefined;
  if (text.length <= SMALL) return parsedJson(text);
  try {
    return parseBounded(utf8Bytes(text));
  } catch {
    return undefined;
  }
}

/** The object that a text holds; undefined for anything else. */
export function nestedObject(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  const value = nestedJson(text);
  return isJsonObject(value) ? value : undefined;
}

/** The most levels that a JSON text has. */
function levelsOf(text: string): number {
  // Each level takes two characters.
  if (text.length <= 2 * MOST_LEVELS) return 0;
  let level = 0;
  let most = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isInText) {
      if (character === "\\") at++;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === "{" || character === "[") most = Math.max(most, ++level);
    else if (character === "}" || character === "]") level--;
  }
  return most;
}
