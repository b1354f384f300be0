/**
 * Classifies single bytes of a JSON text.
 *
 * @module
 */

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for each byte that needs no special handling inside a string. */
export const PLAIN = new Uint8Array(256).fill(1, SPACE, 0x80);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** The lowest and the highest bit of each of four bytes. */
const ONES = 0x01010101;
const SIGNS = 0x80808080 | 0;

/** The bytes as words of four; `undefined` if the view is not aligned to a word of its buffer. */
export function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array | undefined {
  return byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 2) : undefined;
}

/**
 * The index, in words, of the first word from `from` on whose bytes are not all {@linkcode PLAIN}. The result
 * is exact for the word, not for the byte within it.
 *
 * @param to Index of the word to stop at.
 */
export function firstSpecialWord(words: Int32Array, from: number, to: number): number {
  let nth = from;
  while (nth < to) {
    const word = words[nth] ?? 0;
    const quote = word ^ 0x22222222;
    const backslash = word ^ 0x5c5c5c5c;
    // A byte is special if its sign bit is set, before or after the subtraction.
    const signs = word | (word - 0x20202020) | (quote - ONES) | (backslash - ONES);
    if ((signs & SIGNS) !== 0) break;
    nth++;
  }
  return nth;
}

/** Whether a byte is white space between tokens. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Whether a byte is an ASCII digit. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Whether a byte is a hexadecimal digit in ASCII. */
export function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

/**
 * The length in bytes of the character at `at`; 0 if it is not UTF-8.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3629#section-4}
 */
export function lengthOfCharacter(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return isTail(second) ? 2 : 0;
  // Rejects overlong forms, surrogates and values beyond U+10FFFF.
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  if (!isTail(second) || !isTail(bytes[at + 2])) return 0;
  if (first < 0xf0) return 3;
  return isTail(bytes[at + 3]) ? 4 : 0;
}

function isTail(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
