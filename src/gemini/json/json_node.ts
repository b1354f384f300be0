/**
 * A value inside a JSON text, stored as its position: it is decoded when it is read, and changes are edits at
 * that position.
 *
 * @module
 */

import { isSpace } from "./json_bytes.ts";

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const NONE: readonly JsonNode[] = [];

/** Cache: only a few different fields are read. */
const snakeCases = new Map<string, string>();

/** One value. Created by a {@linkcode JsonScanner} from a validated text. */
export class JsonNode {
  /** The whole text, UTF-8. */
  readonly source: Uint8Array;
  /** Index of the value's first byte. */
  readonly start: number;
  /** Index after its last byte. */
  end: number;
  /** The name of a member, unescaped; empty if the value is not a member. */
  name = "";
  /** Index of the quote that opens a member's name; -1 if the value is not a member. */
  nameStart = -1;
  /** The kept members of an object or items of an array, in order. */
  children: JsonNode[] | undefined = undefined;

  constructor(source: Uint8Array, start: number) {
    this.source = source;
    this.start = start;
    this.end = start;
  }

  get isObject(): boolean {
    return this.source[this.start] === OPEN_BRACE;
  }

  get isArray(): boolean {
    return this.source[this.start] === OPEN_BRACKET;
  }

  get isString(): boolean {
    return this.source[this.start] === QUOTE;
  }

  get isNull(): boolean {
    return this.source[this.start] === LOWER_N;
  }

  /** Whether the value is an object or an array with nothing in it, not even members that are not kept. */
  get isEmpty(): boolean {
    if (!this.isObject && !this.isArray) return false;
    let at = this.start + 1;
    while (isSpace(this.source[at])) at++;
    return at === this.end - 1;
  }

  /** A number as it is written; `undefined` if the value is not a number. */
  get numeral(): string | undefined {
    const first = this.source[this.start] ?? 0;
    const isNumber = first === MINUS || (first >= DIGIT_0 && first <= DIGIT_9);
    return isNumber ? decoder.decode(this.bytes) : undefined;
  }

  /** Whether the value is `true`. */
  get isTrue(): boolean {
    return this.source[this.start] === LOWER_T;
  }

  /** The value's bytes, as a view. */
  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.end);
  }

  /** An object's kept members; a name may occur twice. */
  get members(): readonly JsonNode[] {
    return this.isObject ? this.children ?? NONE : NONE;
  }

  /** An array's items; null is an empty list, and any other value a list of itself. */
  get list(): readonly JsonNode[] {
    if (this.isArray) return this.children ?? NONE;
    return this.isNull ? NONE : [this];
  }

  /** A member of an object. If a name occurs twice, the last counts, as for `JSON.parse`. */
  get(name: string): JsonNode | undefined {
    const { members } = this;
    for (let nth = members.length - 1; nth >= 0; nth--) {
      const member = members[nth];
      if (member?.name === name) return member;
    }
    return undefined;
  }

  /**
   * A member under either of the spellings that proto3 JSON accepts.
   *
   * @param camel Its camelCase name; the snake_case one is looked up when this one is absent.
   * @see {@link https://protobuf.dev/programming-guides/json/#field-representation}
   */
  field(camel: string): JsonNode | undefined {
    return this.get(camel) ?? this.get(snakeCase(camel));
  }

  /**
   * The text of a string.
   *
   * @param most Most bytes that are decoded. Of a longer string, the beginning is returned as written, with its
   * escapes: callers only compare such texts.
   * @returns `undefined` if the value is not a string.
   */
  text(most: number): string | undefined {
    if (!this.isString) return undefined;
    const start = this.start + 1;
    if (this.end - 1 - start > most) {
      return decoder.decode(this.source.subarray(start, start + most));
    }
    return stringAt(this.source, start, this.end - 1);
  }
}

/**
 * The text between the quotes of a validated string. It is well-formed: a lone surrogate, which JSON can escape, is
 * replaced, since encodeURIComponent throws where names become paths and headers.
 */
export function stringAt(source: Uint8Array, start: number, end: number): string {
  const text = decoder.decode(source.subarray(start, end));
  return text.includes("\\") ? String(JSON.parse(`"${text}"`)).toWellFormed() : text;
}

function snakeCase(camel: string): string {
  const known = snakeCases.get(camel);
  if (known !== undefined) return known;
  const snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakeCases.set(camel, snake);
  return snake;
}
