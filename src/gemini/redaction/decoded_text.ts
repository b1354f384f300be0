/**
 * A text with its escapes decoded, and the source position of each decoded character: secrets in text from a
 * third party may be escaped as JSON, percent-encoded or as HTML, several times.
 *
 * @module
 */

/** Escapes of JSON and JavaScript, percent-encoding and HTML, encoded once or several times. */
const ESCAPE =
  /\\+(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[^])|%(?:25)*[0-9a-f]{2}|&(?:amp;)*(?:#x?[0-9a-f]{1,6}|commat|quot|lt|gt);/gi;

/** The characters of short escapes. */
const SHORT: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

const NAMED: Readonly<Record<string, string>> = { commat: "@", quot: '"', lt: "<", gt: ">" };

/** Replaces a character of more than one UTF-16 unit or byte: it only matters that it is a letter. */
const SOME_LETTER = "\u00ff";

/** A span of a text; the end is exclusive. */
export type Span = readonly [start: number, end: number];

/** A decoded text. Every escape is one UTF-16 unit in it. */
export class DecodedText {
  readonly text: string;
  /** For each escape, in order: its position in the decoded text, and its start and end in the source. */
  readonly #places: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Takes linear time. */
  constructor(source: string) {
    const pieces: string[] = [];
    let length = 0;
    let read = 0;
    for (const { 0: found, index } of source.matchAll(ESCAPE)) {
      // In an even number of backslashes they escape each other, so the quote is not escaped.
      const escape = found.endsWith('"') && found.length % 2 === 1 ? found.slice(0, -1) : found;
      if (index > read) pieces.push(source.slice(read, index));
      length += index - read;
      pieces.push(unescaped(escape));
      this.#places.push(length++);
      this.#starts.push(index);
      this.#ends.push(read = index + escape.length);
    }
    this.text = read === 0 ? source : pieces.join("") + source.slice(read);
  }

  /** Whether a text contains escapes. */
  static isEscaped(source: string): boolean {
    return source.includes("\\") || source.includes("%") || source.includes("&");
  }

  /** Whether the character at a position was an escape. */
  isEscape(place: number): boolean {
    return this.#places[this.#firstFrom(place)] === place;
  }

  /** The span in the source of a span of the decoded text. */
  inSource([start, end]: Span): Span {
    return [this.#startOf(start), this.#endOf(end - 1)];
  }

  #startOf(place: number): number {
    const next = this.#firstFrom(place);
    if (this.#places[next] === place) return this.#starts[next] ?? place;
    return place + this.#shiftBefore(next);
  }

  #endOf(place: number): number {
    const next = this.#firstFrom(place);
    if (this.#places[next] === place) return this.#ends[next] ?? place + 1;
    return place + 1 + this.#shiftBefore(next);
  }

  /** The offset from decoded to source positions after the escape before the index. */
  #shiftBefore(next: number): number {
    return (this.#ends[next - 1] ?? 0) - (this.#places[next - 1] ?? -1) - 1;
  }

  /** The index of the first escape at or after that position. */
  #firstFrom(place: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] ?? Infinity) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function unescaped(escape: string): string {
  if (escape.startsWith("%")) return character(Number.parseInt(escape.slice(-2), 16), 0x7f);
  if (escape.startsWith("&")) {
    const name = escape.slice(escape.lastIndexOf("&") + 1).replace(/^(?:amp;)+/i, "").slice(0, -1);
    if (!name.startsWith("#")) return NAMED[name.toLowerCase()] ?? SOME_LETTER;
    const digits = name.slice(1);
    const isHex = /^x/i.test(digits);
    return character(Number.parseInt(isHex ? digits.slice(1) : digits, isHex ? 16 : 10), 0xffff);
  }
  const code = escape.replace(/^\\+/, "");
  if (code.length > 1) return character(Number.parseInt(code.slice(1), 16), 0xffff);
  return SHORT[code] ?? (code || "\\");
}

function character(code: number, last: number): string {
  return code <= last ? String.fromCharCode(code) : SOME_LETTER;
}
