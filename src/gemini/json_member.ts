/**
 * Takes one member out of a JSON object without parsing it, so that
 * an envelope costs neither a parse nor a second copy of the images inside.
 *
 * @module
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const decoder = new TextDecoder();

/**
 * The value of a member of the outermost object. Of two members with one name the first is taken.
 *
 * The text is only walked through as far as the value's end: what is wrong inside of values or after
 * the member is not noticed.
 *
 * @param json UTF-8 bytes of a JSON object; white space around it is allowed.
 * @param name The member's name, unescaped.
 * @returns The value's bytes without white space around them, as a view on `json`; `undefined` if
 * there is no such member.
 * @throws {SyntaxError} If the text is no object, is cut off, or is broken between its members.
 */
export function jsonMember(json: Uint8Array, name: string): Uint8Array | undefined {
  let at = skipSpace(json, 0);
  if (json[at] !== OPEN_BRACE) throw brokenAt(json, at);
  at = skipSpace(json, at + 1);
  if (json[at] === CLOSE_BRACE) return undefined;
  while (true) {
    if (json[at] !== QUOTE) throw brokenAt(json, at);
    const nameEnd = closingQuote(json, at + 1);
    const nameStart = at + 1;
    at = skipSpace(json, nameEnd + 1);
    if (json[at] !== COLON) throw brokenAt(json, at);
    const start = skipSpace(json, at + 1);
    const end = valueEnd(json, start);
    if (isNamed(json, { start: nameStart, end: nameEnd, name })) return json.subarray(start, end);
    at = skipSpace(json, end);
    if (json[at] === CLOSE_BRACE) return undefined;
    if (json[at] !== COMMA) throw brokenAt(json, at);
    at = skipSpace(json, at + 1);
  }
}

function brokenAt(json: Uint8Array, at: number): SyntaxError {
  return new SyntaxError(
    at < json.length
      ? `The text is no JSON object: it is broken or cut off from byte ${at} on`
      : `The text is no whole JSON object: it is cut off after ${json.length} bytes`,
  );
}

function skipSpace(json: Uint8Array, at: number): number {
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Up to so many bytes of a string are looked at one by one: a call of `indexOf` costs as much. */
const SHORT = 24;

/** The index of the quote that closes the string whose content starts at `at`. */
function closingQuote(json: Uint8Array, at: number): number {
  for (let near = at; near < at + SHORT; near++) {
    if (json[near] === QUOTE) return near;
    if (json[near] === BACKSLASH) break;
  }
  for (let quote = json.indexOf(QUOTE, at); quote !== -1; quote = json.indexOf(QUOTE, quote + 1)) {
    let run = quote;
    // The opening quote stops this at the latest.
    while (json[run - 1] === BACKSLASH) run--;
    if ((quote - run) % 2 === 0) return quote;
  }
  throw brokenAt(json, json.length);
}

/** The index after the value that starts at `start`. */
function valueEnd(json: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const byte = json[at];
    if (depth === 0 && endsLiteral(byte)) {
      // A number or a literal ends where the object goes on.
      if (at === start) break;
      return at;
    }
    if (byte === QUOTE) {
      at = closingQuote(json, at + 1);
      if (depth === 0) return at + 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (--depth === 0) return at + 1;
    }
  }
  throw brokenAt(json, start);
}

function endsLiteral(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte);
}

/** Whether the bytes between a name's quotes spell `name`, escaped or not. */
function isNamed(
  json: Uint8Array,
  { start, end, name }: { readonly start: number; readonly end: number; readonly name: string },
): boolean {
  // Each character takes six bytes at most, as in "\u0061".
  if (end - start < name.length || end - start > 6 * name.length) return false;
  for (let at = start; at < end; at++) {
    const byte = json[at] ?? 0;
    if (byte !== BACKSLASH && byte < 0x80) continue;
    return JSON.parse(`"${decoder.decode(json.subarray(start, end))}"`) === name;
  }
  if (end - start !== name.length) return false;
  for (let nth = 0; nth < name.length; nth++) {
    if (json[start + nth] !== name.charCodeAt(nth)) return false;
  }
  return true;
}
