/**
 * Reads through JSON text without building values: the caller enters the objects and arrays that it needs and
 * skips the rest.
 *
 * @module
 */
import { isSpace } from "./json_bytes.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Strings up to this many bytes are searched byte by byte: starting a native search is expensive. */
const SHORT_STRING = 48;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text is not JSON, as far as it was read. */
export class JsonTextError extends SyntaxError {
  override readonly name = "JsonTextError";
  /** Whether the text was valid up to its end and the rest is missing. */
  readonly isCut: boolean;

  constructor(isCut: boolean, at: number) {
    super(isCut ? `The JSON text is cut off after ${at} bytes` : `No JSON from byte ${at} on`);
    this.isCut = isCut;
  }
}

/**
 * A cursor in a JSON text. One linear pass, with no state but the position: skipped values are only checked for
 * balanced quotes and brackets.
 *
 * All methods throw {@linkcode JsonTextError}.
 */
export class JsonReader {
  readonly #json: Uint8Array;
  #at: number;
  #nameStart = 0;
  #nameEnd = 0;
  #isNameEscaped = false;
  #decodedName: string | undefined;
  #isEscaped = false;

  /** @param json UTF-8 bytes. */
  constructor(json: Uint8Array, at = 0) {
    this.#json = json;
    this.#at = at;
  }

  /** Where the cursor is. */
  get at(): number {
    return this.#at;
  }

  /** The first byte of the value that comes next. */
  peek(): number {
    const json = this.#json;
    let at = this.#at;
    let byte = json[at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = json[++at];
    this.#at = at;
    if (byte === undefined) throw new JsonTextError(true, at);
    return byte;
  }

  /** Whether an object comes next. */
  get isObject(): boolean {
    return this.peek() === OPEN_BRACE;
  }

  /** Whether an array comes next. */
  get isArray(): boolean {
    return this.peek() === OPEN_BRACKET;
  }

  /** Enters an object and moves to the value of its first member; false if there is none. */
  enterObject(): boolean {
    this.#expect(OPEN_BRACE);
    if (this.peek() !== CLOSE_BRACE) return this.#readName();
    this.#at++;
    return false;
  }

  /** Moves from the end of a member's value to the next value; false at the end of the object. */
  nextMember(): boolean {
    if (this.peek() !== CLOSE_BRACE) {
      this.#expect(COMMA);
      this.peek();
      return this.#readName();
    }
    this.#at++;
    return false;
  }

  /** Enters an array and moves to its first item; false if there is none. */
  enterArray(): boolean {
    this.#expect(OPEN_BRACKET);
    if (this.peek() !== CLOSE_BRACKET) return true;
    this.#at++;
    return false;
  }

  /** Moves from the end of an item to the next; false at the end of the array. */
  nextItem(): boolean {
    if (this.peek() !== CLOSE_BRACKET) {
      this.#expect(COMMA);
      return true;
    }
    this.#at++;
    return false;
  }

  /** The name of the member whose value comes next. */
  get name(): string {
    if (this.#isNameEscaped) return this.#unescapedName;
    return decoder.decode(this.#json.subarray(this.#nameStart, this.#nameEnd));
  }

  /** Decoded once: a name is compared with many. */
  get #unescapedName(): string {
    return this.#decodedName ??= unescaped(this.#json.subarray(this.#nameStart, this.#nameEnd));
  }

  /**
   * Whether the member has this name; cheaper than reading the name.
   *
   * @param name In ASCII.
   */
  isNamed(name: string): boolean {
    const start = this.#nameStart;
    const length = this.#nameEnd - start;
    // Each character takes six bytes at most, as in "\u0061".
    if (length < name.length || length > 6 * name.length) return false;
    if (this.#isNameEscaped) return this.#unescapedName === name;
    if (length !== name.length) return false;
    const json = this.#json;
    for (let nth = 0; nth < name.length; nth++) {
      if (json[start + nth] !== name.charCodeAt(nth)) return false;
    }
    return true;
  }

  /** Skips the next value and returns its bytes, as a view. */
  take(): Uint8Array {
    this.peek();
    const start = this.#at;
    this.skip();
    return this.#json.subarray(start, this.#at);
  }

  /** Skips the next value. */
  skip(): void {
    const json = this.#json;
    const byte = this.peek();
    if (byte === QUOTE) this.#at = this.#closingQuote(this.#at + 1) + 1;
    else if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) this.#skipScalar(byte);
    else {
      let depth = 1;
      let at = this.#at + 1;
      while (depth > 0) {
        if (at >= json.length) throw new JsonTextError(true, at);
        const next = json[at++];
        if (next === QUOTE) at = this.#closingQuote(at) + 1;
        else if (next === OPEN_BRACE || next === OPEN_BRACKET) depth++;
        else if (next === CLOSE_BRACE || next === CLOSE_BRACKET) depth--;
      }
      this.#at = at;
    }
  }

  /** Checks that nothing follows. */
  end(): void {
    const json = this.#json;
    for (let at = this.#at; at < json.length; at++) {
      if (!isSpace(json[at])) throw new JsonTextError(false, at);
    }
    this.#at = json.length;
  }

  #readName(): true {
    this.#expect(QUOTE);
    this.#nameStart = this.#at;
    this.#isEscaped = false;
    this.#decodedName = undefined;
    this.#nameEnd = this.#closingQuote(this.#at);
    this.#isNameEscaped = this.#isEscaped;
    this.#at = this.#nameEnd + 1;
    this.#expect(COLON);
    return true;
  }

  #expect(byte: number): void {
    if (this.peek() !== byte) throw new JsonTextError(false, this.#at);
    this.#at++;
  }

  /** A number or a literal. */
  #skipScalar(first: number): void {
    const json = this.#json;
    const isDigit = first >= 0x30 && first <= 0x39;
    const start = this.#at;
    if (!isDigit && first !== 0x2d && first !== 0x74 && first !== 0x66 && first !== 0x6e) {
      throw new JsonTextError(false, start);
    }
    let at = start + 1;
    while (at < json.length && !endsScalar(json[at])) at++;
    this.#at = at;
  }

  /** The index of the quote that ends the string whose content starts at `from`. */
  #closingQuote(from: number): number {
    const json = this.#json;
    const near = Math.min(from + SHORT_STRING, json.length);
    let at = from;
    while (at < near) {
      const byte = json[at];
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) {
        this.#isEscaped = true;
        at++;
      }
      at++;
    }
    for (let quote = indexOfQuote(json, at); quote !== -1; quote = indexOfQuote(json, at)) {
      let run = quote;
      while (run > at && json[run - 1] === BACKSLASH) run--;
      if ((quote - run) % 2 === 0) {
        this.#isEscaped = true;
        return quote;
      }
      at = quote + 1;
    }
    throw new JsonTextError(true, json.length);
  }
}

function indexOfQuote(json: Uint8Array, from: number): number {
  return from < json.length ? json.indexOf(QUOTE, from) : -1;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte);
}

/** The unescaped name; the raw text if it is not a valid JSON string. */
function unescaped(raw: Uint8Array): string {
  const text = decoder.decode(raw);
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
