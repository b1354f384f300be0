/**
 * What a parser is fuzzed by: inputs to begin with, and what has to hold for every input.
 *
 * @module
 */
import type { Random } from "../support/random.ts";

/** One parser, or a few that read the same. */
export interface FuzzTarget {
  /** Also the name of the folder in which inputs are kept that failed once. */
  readonly name: string;
  /** Inputs that are mutated. */
  readonly seeds: readonly string[];
  /** Pieces that stand in such inputs, to be put in by mutation. */
  readonly tokens: readonly string[];
  /**
   * Throws when the parser does something wrong: what is wrong input must be refused by the parser's own
   * kind of error, which is no failure.
   *
   * @param input At most {@linkcode LONGEST_INPUT} bytes, which may be anything.
   * @param random For choices such as where an input is split.
   */
  readonly check: (input: Uint8Array, random: Random) => void;
}

/** Most bytes of an input. */
export const LONGEST_INPUT = 4096;

/** The input as text, one character a byte, for parsers of text that came as bytes. */
export function latin1(input: Uint8Array): string {
  let text = "";
  for (const byte of input) text += String.fromCharCode(byte);
  return text;
}

const utf8 = new TextDecoder();

/** The input as text; what is no UTF-8 is replaced. */
export function textOf(input: Uint8Array): string {
  return utf8.decode(input);
}

/** The input in pieces, cut anywhere. */
export function split(input: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < input.length;) {
    const end = at + random.between(1, Math.max(1, random.chance(0.5) ? 4 : input.length - at));
    // A copy, as each read of a connection brings bytes of its own.
    pieces.push(input.slice(at, end));
    at = end;
  }
  return pieces;
}

/**
 * What a parser makes of an input.
 *
 * @param kinds The errors by which it may refuse an input; any other is thrown on.
 * @returns Its value, or that it refused.
 */
export function outcome<Value>(
  parse: () => Value,
  // deno-lint-ignore ban-types -- any class of errors, whatever its constructor takes
  kinds: readonly Function[],
): { readonly value: Value } | { readonly refused: string } {
  try {
    return { value: parse() };
  } catch (error) {
    if (kinds.some((kind) => error instanceof kind)) {
      return { refused: error instanceof Error ? error.message : String(error) };
    }
    throw error;
  }
}
