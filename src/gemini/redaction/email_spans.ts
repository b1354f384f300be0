/**
 * Finds e-mail addresses in a text, in time in proportion to its length: what is read to the left and to
 * the right of an `@` ends at the next one, so that nothing is read more than twice.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6531#section-3.3}
 * @module
 */
import type { Span } from "./decoded_text.ts";

/** The at sign, and what becomes it under NFKC. */
const AT = /[@\uff20\ufe6b]/g;

/** The ASCII characters of local parts and of labels, by code: a table is read several times as quickly. */
const ASCII_LOCAL = tableOf(/[\w.!#$%'*+^`{|}~-]/);
const ASCII_LABEL = tableOf(/[\w-]/);

/** Around an address these are punctuation, rather than the local part's beginning. */
const LEADING = /[!#$%'*^`{|}~]/;

/** Dots between labels, as IDNA has them. */
const DOT = /[.\u3002\uff0e\uff61]/;

/** Spaces, controls and punctuation beyond ASCII, with which no name goes on. */
const FOREIGN_BREAK =
  /[\u0080-\u00a0\u00ab\u00bb\u061c\u2000-\u200b\u200e-\u206f\u3000-\u3003\u3008-\u3011\ufeff\uff08\uff09\uff0c\uff1a\uff1b]/;

/** Short escapes decode to these: `\n` and the like may also be the letters of a quoted pair. */
const CONTROL = /[\b\f\n\r\t]/;

/** What may stand before the quotes of a quoted local part. */
const BEFORE_QUOTES = /[\s<([{,;:=\\]/;

/** Longest quoted local part that is looked for, in UTF-16 units. */
const LONGEST_QUOTED = 256;

/** Most at signs, each behind a backslash, that a local part may have: more would cost too much time. */
const MOST_QUOTED_ATS = 3;

/** What is known of the text besides its characters. */
export interface EmailContext {
  /** Whether the character at a place was written as an escape. */
  readonly isEscape: (place: number) => boolean;
  /** Whether the text is JSON, in which a quotation mark that is not an escape ends a string. */
  readonly isJson: boolean;
}

/** The pieces of the text that are addresses, in order. */
export function emailSpans(text: string, context: EmailContext): Span[] {
  const spans: Span[] = [];
  for (const { index } of text.matchAll(AT)) {
    const end = domainEnd(text, index + 1);
    if (end === undefined) continue;
    const start = localStart(text, index, context);
    if (start < index) spans.push([start, end]);
  }
  return spans;
}

/** Where the local part begins that ends at the at sign; the at sign's own place where there is none. */
function localStart(text: string, at: number, context: EmailContext): number {
  if (text[at - 1] === '"') return quotedStart(text, at, context);
  let start = at;
  let crossed = 0;
  while (start > 0) {
    const isQuotedAt = text[start - 1] === "@" && context.isEscape(start - 1);
    if (isQuotedAt ? ++crossed > MOST_QUOTED_ATS : !isLocal(text, start - 1)) break;
    start--;
  }
  while (start < at && LEADING.test(text.charAt(start))) start++;
  const before = text.charAt(start - 1);
  return start === at && CONTROL.test(before) && context.isEscape(start - 1) ? start - 1 : start;
}

function quotedStart(text: string, at: number, { isEscape, isJson }: EmailContext): number {
  const close = at - 1;
  const isEscaped = isEscape(close);
  if (isJson && !isEscaped) return at;
  const last = Math.max(0, close - LONGEST_QUOTED);
  for (let open = close - 1; open >= last; open--) {
    if (text[open] !== '"') continue;
    if (isEscape(open) !== isEscaped) {
      if (isJson) return at;
      continue;
    }
    const before = text.charAt(open - 1);
    const isFirst = open === 0 || (isJson && before === '"' && !isEscape(open - 1));
    return isFirst || BEFORE_QUOTES.test(before) ? open : at;
  }
  return at;
}

/** Where the domain ends that begins there: two labels at least, or an address in brackets. */
function domainEnd(text: string, start: number): number | undefined {
  if (text[start] === "[") {
    let end = start + 1;
    while (/[\w.:]/.test(text.charAt(end))) end++;
    return text[end] === "]" && end > start + 1 ? end + 1 : undefined;
  }
  let labels = 0;
  let at = start;
  let end = start;
  while (true) {
    while (isLabel(text, at)) at++;
    if (at === end) break;
    labels++;
    end = at;
    if (!DOT.test(text.charAt(at)) || !isLabel(text, at + 1)) break;
    at++;
    // From here on an empty label shows by the place not having moved.
    end = at;
  }
  return labels > 1 ? end : undefined;
}

function isLocal(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 ? ASCII_LOCAL[code] === 1 : !FOREIGN_BREAK.test(text.charAt(at));
}

function isLabel(text: string, at: number): boolean {
  // Behind the end it is not a number, which no comparison holds for.
  const code = text.charCodeAt(at);
  if (code < 0x80) return ASCII_LABEL[code] === 1;
  return code >= 0x80 && !FOREIGN_BREAK.test(text.charAt(at)) && !DOT.test(text.charAt(at));
}

function tableOf(characters: RegExp): Uint8Array {
  return Uint8Array.from(
    { length: 0x80 },
    (_, code) => characters.test(String.fromCharCode(code)) ? 1 : 0,
  );
}
