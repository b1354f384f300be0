/**
 * Removes members from an object, or items from an array, and leaves every other byte unchanged.
 *
 * @module
 */
import { isSpace } from "./json_bytes.ts";
import type { JsonNode } from "./json_node.ts";
import type { JsonEdit } from "./json_edit.ts";

const COMMA = 0x2c;

/**
 * The edits that remove these members or items. Each is removed with one comma: the one before it, or, for the
 * first one, the one after it.
 *
 * @param gone Children of one object or array, in order.
 */
export function removals(gone: readonly JsonNode[]): readonly JsonEdit[] {
  const edits: JsonEdit[] = [];
  let editedTo = 0;
  for (const { source, nameStart, start, end } of gone) {
    const from = nameStart === -1 ? start : nameStart;
    const before = skipSpaceBack(source, from - 1);
    // The comma may have been removed with the previous child.
    const hasComma = source[before] === COMMA && before >= editedTo;
    const at = hasComma ? before : from;
    editedTo = hasComma ? end : afterComma(source, end);
    edits.push({ at, remove: editedTo - at, insert: "" });
  }
  return edits;
}

function afterComma(json: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(json[at])) at++;
  return json[at] === COMMA ? at + 1 : from;
}

function skipSpaceBack(json: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(json[at])) at--;
  return at;
}
