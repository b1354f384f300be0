/**
 * A value inside a JSON text, known by its place: what is read of it is decoded when it is asked for,
 * and what is changed about it is an edit of that place.
 *
 * @module
 */

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const NONE: readonly JsonNode[] = [];

/** The fields that are asked for are few; each is spelled out once. */
const snakeCases = new Map<string, string>();

/** One value. A {@linkcode JsonScanner} makes it, of a text that it has checked. */
export class JsonNode {
  /** The whole text, UTF-8. */
  readonly source: Uint8Array;
  /** Index of the value's first byte. */
  readonly start: number;
  /** Index behind its last byte. */
  end: number;
  /** The name of a member, unescaped; empty for what is not a member. */
  name = "";
  /** Index of the quote that opens a member's name; -1 for what is not a member. */
  nameStart = -1;
  /** The members of an object or the items of an array that were asked for, in their order. */
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

  /** A number as it is written; `undefined` for what is none. */
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

  /** An object's members, those that were asked for; a name may be there twice. */
  get members(): readonly JsonNode[] {
    return this.isObject ? this.children ?? NONE : NONE;
  }

  /** An array's items; what is not an array stands for a list of itself, and null for an empty one. */
  get list(): readonly JsonNode[] {
    if (this.isArray) return this.children ?? NONE;
    return this.isNull ? NONE : [this];
  }

  /** A member of an object. Of two with one name the last counts, as for `JSON.parse`. */
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
   * @param most Most bytes that are decoded. Of a longer string its beginning is given as it is
   * written, escapes and all: what reads it only tells texts apart.
   * @returns `undefined` for what is not a string.
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

/** The text between the quotes of a string that has been checked. */
export function stringAt(source: Uint8Array, start: number, end: number): string {
  const inner = source.subarray(start, end);
  if (inner.includes(BACKSLASH)) return JSON.parse(`"${decoder.decode(inner)}"`);
  return decoder.decode(inner);
}

function snakeCase(camel: string): string {
  const known = snakeCases.get(camel);
  if (known !== undefined) return known;
  const snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakeCases.set(camel, snake);
  return snake;
}
