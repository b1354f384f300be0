/**
 * Makes inputs out of inputs, as fuzzers do: bits turned, bytes and tokens put in, pieces taken out,
 * doubled, moved, and put together with those of others.
 *
 * @module
 */
import type { Random } from "../support/random.ts";
import { LONGEST_INPUT } from "./fuzz_target.ts";

/** Bytes at which parsers decide something. */
const EDGES = [0, 9, 10, 13, 32, 34, 44, 45, 48, 57, 58, 91, 92, 93, 123, 125, 127, 128, 194, 255];

/** Most changes to one input. */
const MOST_CHANGES = 6;

const NOTHING = new Uint8Array();

/** What mutation draws from. */
export interface MutationSource {
  readonly inputs: readonly Uint8Array[];
  readonly tokens: readonly Uint8Array[];
  readonly random: Random;
}

/** An input that was not there before, or hardly. */
export function mutate(source: MutationSource): Uint8Array {
  const { inputs, random } = source;
  let input = chosen(inputs, random);
  const changes = random.between(1, MOST_CHANGES);
  for (let count = 0; count < changes; count++) input = changed(input, source);
  return input.length > LONGEST_INPUT ? input.slice(0, LONGEST_INPUT) : input;
}

function changed(input: Uint8Array, { inputs, tokens, random }: MutationSource): Uint8Array {
  const at = random.between(0, input.length);
  const end = Math.min(input.length, at + random.between(0, random.chance(0.8) ? 8 : input.length));
  switch (random.between(0, 8)) {
    case 0:
      return replaced(input, { at, end: at, by: Uint8Array.of(edge(random)) });
    case 1:
      return replaced(input, {
        at,
        end: Math.min(input.length, at + 1),
        by: Uint8Array.of(edge(random)),
      });
    case 2:
      return replaced(input, {
        at,
        end: Math.min(input.length, at + 1),
        by: Uint8Array.of((input[at] ?? 0) ^ (1 << random.between(0, 7))),
      });
    case 3:
      return replaced(input, { at, end, by: NOTHING });
    case 4:
      return replaced(input, { at: end, end, by: repeated(input.subarray(at, end), random) });
    case 5:
    case 6:
      return replaced(input, { at, end: at, by: chosen(tokens, random) });
    case 7:
      return replaced(input, { at, end, by: chosen(tokens, random) });
    default: {
      const other = chosen(inputs, random);
      return replaced(input, {
        at,
        end: input.length,
        by: other.subarray(random.between(0, other.length)),
      });
    }
  }
}

function replaced(
  input: Uint8Array,
  { at, end, by }: { readonly at: number; readonly end: number; readonly by: Uint8Array },
): Uint8Array {
  const result = new Uint8Array(at + by.length + input.length - end);
  result.set(input.subarray(0, at));
  result.set(by, at);
  result.set(input.subarray(end), at + by.length);
  return result;
}

function repeated(piece: Uint8Array, random: Random): Uint8Array {
  const times = random.chance(0.9) ? random.between(1, 3) : random.between(1, 64);
  const result = new Uint8Array(Math.min(LONGEST_INPUT, piece.length * times));
  for (let at = 0; at < result.length; at += piece.length) {
    result.set(piece.subarray(0, result.length - at), at);
  }
  return result;
}

function edge(random: Random): number {
  return random.chance(0.5)
    ? EDGES[random.between(0, EDGES.length - 1)] ?? 0
    : random.between(0, 255);
}

function chosen(list: readonly Uint8Array[], random: Random): Uint8Array {
  return list[random.between(0, list.length - 1)] ?? NOTHING;
}
