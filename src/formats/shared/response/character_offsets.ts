/**
 * Converts positions in bytes, which Google's grounding has, to positions in characters. It keeps how wide the
 * characters of a text are, not the text.
 *
 * @module
 */

/** Most runs of characters of one width: a text with more has no positions. */
const MOST_RUNS = 20_000;

/** Characters of one width that follow each other. */
interface Run {
  /** Position of the first, in bytes and in characters. */
  readonly byte: number;
  readonly character: number;
  /** Bytes of each in UTF-8. */
  readonly width: number;
}

/** The offsets of one text. */
export class CharacterOffsets {
  readonly #runs: Run[] = [];
  #bytes = 0;
  #characters = 0;

  /** Length of the text, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Length of the text, in characters: Unicode's code points. */
  get characters(): number {
    return this.#characters;
  }

  /** Appends to the text. */
  add(text: string): void {
    // deno-lint-ignore no-control-regex -- these are the characters of one byte
    if (/^[\x00-\x7f]*$/.test(text)) return this.#grow(1, text.length);
    for (const character of text) this.#grow(widthOf(character), 1);
  }

  /**
   * The position of a byte, in characters.
   *
   * @returns Undefined if it is beyond the text, or the text is too varied.
   */
  at(byte: number): number | undefined {
    if (byte < 0 || byte > this.#bytes || this.#runs.length > MOST_RUNS) return undefined;
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const isBefore = (this.#runs[middle]?.byte ?? 0) <= byte;
      if (isBefore) low = middle;
      else high = middle - 1;
    }
    const run = this.#runs[low];
    return run === undefined ? 0 : run.character + Math.floor((byte - run.byte) / run.width);
  }

  #grow(width: number, characters: number): void {
    if (characters === 0) return;
    if (this.#runs.at(-1)?.width !== width && this.#runs.length <= MOST_RUNS) {
      this.#runs.push({ byte: this.#bytes, character: this.#characters, width });
    }
    this.#bytes += width * characters;
    this.#characters += characters;
  }
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
