/**
 * Finds e-mail addresses in a text, in linear time: reading to the left and to the right of an `@` stops at the
 * next one, so that nothing is read more than twice.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc6531#section-3.3}
 * @module
 */
import type { Span } from "./decoded_text.ts";

/** The at sign and characters that NFKC maps to it. */
const AT = /[@\uff20\ufe6b]/g;

/**
 * The ASCII characters of local parts and of labels, by code: a table is several times faster than a regular
 * expression.
 */
const ASCII_LOCAL = tableOf(/[\w.!#$%'*+^`{|}~-]/);
const ASCII_LABEL = tableOf(/[\w-]/);

/** At the start of an address these are punctuation rather than part of the local part. */
const LEADING = /[!#$%'*^`{|}~]/;

/** Dots between labels, according to IDNA. */
const DOT = /[.\u3002\uff0e\uff61]/;

/** Spaces, controls and punctuation beyond ASCII, which end a name. */
const FOREIGN_BREAK =
  /[\u0080-\u00a0\u00ab\u00bb\u061c\u2000-\u200b\u200e-\u206f\u3000-\u3003\u3008-\u3011\ufeff\uff08\uff09\uff0c\uff1a\uff1b]/;

/** Short escapes decode to these: `\n` and the like may also be the letters of a quoted pair. */
const CONTROL = /[\b\f\n\r\t]/;

/** Characters that may precede a quoted local part. */
const BEFORE_QUOTES = /[\s<([{,;:=\\]/;

/** Longest quoted local part that is looked for, in UTF-16 units. */
const LONGEST_QUOTED = 256;

/** Most at signs, each after a backslash, in a local part: more would cost too much time. */
const MOST_QUOTED_ATS = 3;

/** The context of the text. */
export interface EmailContext {
  /** Whether the character at a position was written as an escape. */
  readonly isEscape: (place: number) => boolean;
  /** Whether the text is JSON, in which a quotation mark that is not an escape ends a string. */
  readonly isJson: boolean;
}

/** The spans of the text that are addresses, in order. */
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

/** The start of the local part before the at sign; the at sign's own position if there is none. */
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

/** The end of the domain at that start: at least two labels, or an address in brackets. */
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
    // From here on, an empty label shows as an unchanged position.
    end = at;
  }
  return labels > 1 ? end : undefined;
}

function isLocal(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 ? ASCII_LOCAL[code] === 1 : !FOREIGN_BREAK.test(text.charAt(at));
}

function isLabel(text: string, at: number): boolean {
  // After the end it is NaN, for which all comparisons are false.
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
