/**
 * Takes members out of a JSON object and leaves every other byte as it came.
 *
 * @module
 */
import { withEdits } from "./json_edit.ts";
import { jsonMember } from "./json_member.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * The object without the members of that name, however often it has one.
 *
 * @param json UTF-8 bytes of a JSON object; not changed.
 * @param name The member's name, unescaped.
 * @returns `json` itself where there is none.
 */
export function withoutMember(json: Uint8Array, name: string): Uint8Array {
  let rest = json;
  while (true) {
    const value = jsonMember(rest, name);
    if (value === undefined) return rest;
    const end = value.byteOffset - rest.byteOffset + value.length;
    const nameStart = startOfName(rest, value.byteOffset - rest.byteOffset);
    const before = skipSpaceBack(rest, nameStart - 1);
    // One comma goes with the member: that before it, or, of the first one, that behind it.
    const isFirst = rest[before] !== COMMA;
    const at = isFirst ? nameStart : before;
    const remove = (isFirst ? afterComma(rest, end) : end) - at;
    rest = withEdits(rest, [{ at, remove, insert: "" }]);
  }
}

/** The index of the quote that opens a member's name, from that of its value. */
function startOfName(json: Uint8Array, value: number): number {
  const colon = skipSpaceBack(json, value - 1);
  const closing = skipSpaceBack(json, colon - 1);
  let at = closing - 1;
  while (json[at] !== QUOTE || isEscaped(json, at)) at--;
  return at;
}

function isEscaped(json: Uint8Array, at: number): boolean {
  let run = at;
  while (json[run - 1] === BACKSLASH) run--;
  return (at - run) % 2 === 1;
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

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
