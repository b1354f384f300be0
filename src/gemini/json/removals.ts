/**
 * Takes members out of an object, or items out of an array, and leaves every other byte as it came.
 *
 * @module
 */
import { isSpace } from "./json_bytes.ts";
import type { JsonNode } from "./json_node.ts";
import type { JsonEdit } from "./json_edit.ts";

const COMMA = 0x2c;

/**
 * The edits that take these members or items away. One comma goes with each: that before it, or, of the
 * first one, that behind it.
 *
 * @param gone Children of one object or array, in their order.
 */
export function removals(gone: readonly JsonNode[]): readonly JsonEdit[] {
  const edits: JsonEdit[] = [];
  let editedTo = 0;
  for (const { source, nameStart, start, end } of gone) {
    const from = nameStart === -1 ? start : nameStart;
    const before = skipSpaceBack(source, from - 1);
    // A comma that went with the one before is no longer there.
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
