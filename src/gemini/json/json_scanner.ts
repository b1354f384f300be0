/**
 * Checks a JSON text in one pass over its bytes, and keeps the positions of the few members that are needed. It
 * builds no values: any text takes linear time, and memory only for the kept members.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8259}
 * @module
 */
import { JsonLimitError, JsonNotTextError, JsonSyntaxError } from "./json_syntax_error.ts";
import {
  firstSpecialWord,
  isDigit,
  isHexDigit,
  lengthOfCharacter,
  PLAIN,
  wordsOf,
} from "./json_bytes.ts";
import type { JsonNode } from "./json_node.ts";
import type { LabelledNode } from "./json_shape.ts";
import { JsonOutline, type OutlineOptions } from "./json_outline.ts";

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What may come next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const NAME = 2;
const NAME_OR_END = 3;
const AFTER_NAME = 4;
const AFTER_VALUE = 5;
const IN_STRING = 6;
const END = 7;

/** Most levels of arrays and objects: each costs a byte while it is open. */
const MOST_LEVELS = 1_000_000;

/** Most bytes of one number. */
const LONGEST_NUMBER = 4096;

/** Scans one text. */
export class JsonScanner {
  readonly #bytes: Uint8Array;
  readonly #outline: JsonOutline;
  /** The same bytes, four at a time; created for the first long string. */
  #words: Int32Array | undefined;
  #at = 0;
  #state = VALUE;
  /** For each open array or object, the byte that closes it. */
  #closers = new Uint8Array(64);
  #level = 0;
  #isName = false;
  #stringStart = 0;
  #values = 0;

  /** @param bytes The whole text, UTF-8 without a byte order mark. */
  constructor(bytes: Uint8Array, options: OutlineOptions = {}) {
    this.#bytes = bytes;
    this.#outline = new JsonOutline(bytes, options);
  }

  /** How many values the text contains, including nested values and member names. */
  get values(): number {
    return this.#values;
  }

  /**
   * Scans on.
   *
   * @param most Approximate number of bytes to scan. Default: all that are left.
   * @returns Whether the text's end was reached.
   * @throws {JsonSyntaxError} If the text is not JSON or exceeds a limit.
   */
  scan(most = Infinity): boolean {
    const bytes = this.#bytes;
    const { length } = bytes;
    const stop = Math.min(length, this.#at + most);
    while (this.#at < stop) {
      if (this.#state === IN_STRING) {
        this.#scanString(stop);
        continue;
      }
      let at = this.#at;
      let byte = bytes[at] ?? 0;
      while ((byte === SPACE || byte === LF || byte === CR || byte === TAB) && at < stop) {
        byte = bytes[++at] ?? 0;
      }
      this.#at = at;
      if (at < stop) this.#step(byte);
    }
    return this.#at >= length;
  }

  /**
   * The outermost value, once the end was reached.
   *
   * @throws {JsonSyntaxError} If the text ends too soon.
   */
  root(): JsonNode {
    const { root } = this.#outline;
    if (this.#state !== END || root === undefined) throw this.#broken(TOO_SOON);
    return root;
  }

  /** The values whose shapes have a label, once the end was reached. */
  get labelled(): readonly LabelledNode[] {
    return this.#outline.labelled;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case VALUE_OR_END:
        if (byte === CLOSE_BRACKET) return this.#close();
        return this.#value(byte);
      case VALUE:
        return this.#value(byte);
      case NAME_OR_END:
        if (byte === CLOSE_BRACE) return this.#close();
        return this.#name(byte);
      case NAME:
        return this.#name(byte);
      case AFTER_NAME:
        if (byte !== COLON) throw this.#broken("a colon is expected");
        this.#at++;
        this.#state = VALUE;
        return;
      case AFTER_VALUE:
        return this.#afterValue(byte);
      default:
        throw this.#broken("the text goes on behind its end");
    }
  }

  #afterValue(byte: number): void {
    const closer = this.#closers[this.#level];
    if (byte === closer) return this.#close();
    if (byte !== COMMA) {
      throw this.#broken(`a comma or "${closer === CLOSE_BRACE ? "}" : "]"}" is expected`);
    }
    this.#at++;
    if (closer === CLOSE_BRACE) this.#state = NAME;
    else {
      this.#state = VALUE;
      this.#outline.nextItem();
    }
  }

  #name(byte: number): void {
    if (byte !== QUOTE) throw this.#broken("a name in double quotes is expected");
    this.#openString(true);
  }

  #value(byte: number): void {
    if (byte === QUOTE) {
      this.#begin();
      this.#openString(false);
    } else if (byte === OPEN_BRACE) this.#openContainer(CLOSE_BRACE);
    else if (byte === OPEN_BRACKET) this.#openContainer(CLOSE_BRACKET);
    else {
      this.#begin();
      if (byte === MINUS || isDigit(byte)) this.#number();
      else if (byte === 0x74) this.#word("true");
      else if (byte === 0x66) this.#word("false");
      else if (byte === 0x6e) this.#word("null");
      else throw this.#broken("a value is expected");
      this.#ended();
    }
  }

  #begin(): void {
    this.#values++;
    this.#outline.begin(this.#at);
  }

  #openContainer(closer: number): void {
    this.#begin();
    if (++this.#level > MOST_LEVELS) {
      throw new JsonLimitError(`more than ${MOST_LEVELS} nested levels`, this.#at);
    }
    if (this.#level >= this.#closers.length) {
      const more = new Uint8Array(this.#closers.length * 4);
      more.set(this.#closers);
      this.#closers = more;
    }
    this.#closers[this.#level] = closer;
    this.#outline.open(closer === CLOSE_BRACE);
    this.#at++;
    this.#state = closer === CLOSE_BRACE ? NAME_OR_END : VALUE_OR_END;
  }

  #close(): void {
    this.#at++;
    this.#level--;
    this.#outline.close();
    this.#ended();
  }

  /** The value that began last has ended here. */
  #ended(): void {
    this.#state = this.#level === 0 ? END : AFTER_VALUE;
    this.#outline.end(this.#at);
  }

  #openString(isName: boolean): void {
    this.#at++;
    this.#isName = isName;
    this.#stringStart = this.#at;
    this.#state = IN_STRING;
  }

  #scanString(stop: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < stop) {
      const byte = bytes[at] ?? 0;
      if (PLAIN[byte] === 1) {
        at++;
        // Base64 and prose are long runs: scan four bytes at a time from here.
        if (at % 4 === 0 && at + 16 <= stop) {
          const words = this.#words ??= wordsOf(bytes);
          if (words !== undefined) at = firstSpecialWord(words, at >> 2, stop >> 2) << 2;
        }
      } else if (byte === QUOTE) {
        this.#at = at + 1;
        return this.#stringEnded(at);
      } else if (byte === BACKSLASH) at = this.#escape(at);
      else if (byte < SPACE) {
        this.#at = at;
        throw this.#broken("a control character has to be escaped");
      } else at = this.#character(at);
    }
    this.#at = at;
  }

  #stringEnded(end: number): void {
    if (!this.#isName) return this.#ended();
    this.#values++;
    this.#state = AFTER_NAME;
    this.#outline.nextMember(this.#stringStart, end);
  }

  /** The index after the escape sequence at `at`. */
  #escape(at: number): number {
    const bytes = this.#bytes;
    const byte = bytes[at + 1];
    switch (byte) {
      case QUOTE:
      case BACKSLASH:
      case 0x2f: // slash
      case 0x62: // b
      case 0x66: // f
      case 0x6e: // n
      case 0x72: // r
      case 0x74: // t
        return at + 2;
      case 0x75: { // u
        let end = at + 2;
        while (end < at + 6 && isHexDigit(bytes[end])) end++;
        if (end === at + 6) return end;
        this.#at = end;
        throw this.#broken(end < bytes.length ? "four hexadecimal digits are expected" : TOO_SOON);
      }
      default:
        this.#at = at + 1;
        throw this.#broken(byte === undefined ? TOO_SOON : "no such escape sequence");
    }
  }

  /** The index after the multi-byte character at `at`. */
  #character(at: number): number {
    const length = lengthOfCharacter(this.#bytes, at);
    if (length === 0) throw new JsonNotTextError("not valid UTF-8", at);
    return at + length;
  }

  #number(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    if (bytes[this.#at] === MINUS) this.#at++;
    if (bytes[this.#at] === 0x30) this.#at++;
    else this.#digits(start);
    if (bytes[this.#at] === DOT) {
      this.#at++;
      this.#digits(start);
    }
    const byte = bytes[this.#at];
    if (byte === 0x65 || byte === 0x45) {
      this.#at++;
      if (bytes[this.#at] === MINUS || bytes[this.#at] === 0x2b) this.#at++;
      this.#digits(start);
    }
  }

  #digits(start: number): void {
    const bytes = this.#bytes;
    if (!isDigit(bytes[this.#at])) throw this.#broken("a digit is expected");
    while (isDigit(bytes[this.#at])) {
      if (++this.#at - start > LONGEST_NUMBER) {
        throw new JsonLimitError(`a number of more than ${LONGEST_NUMBER} characters`, start);
      }
    }
  }

  #word(word: string): void {
    const start = this.#at;
    for (let nth = 0; nth < word.length; nth++) {
      if (this.#bytes[start + nth] === word.charCodeAt(nth)) continue;
      if (start + nth >= this.#bytes.length) this.#at = start + nth;
      throw this.#broken("a value is expected");
    }
    this.#at = start + word.length;
  }

  #broken(what: string): JsonSyntaxError {
    return new JsonSyntaxError(this.#at < this.#bytes.length ? what : TOO_SOON, this.#at);
  }
}

const TOO_SOON = "the text ends too soon";
