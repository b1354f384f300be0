/**
 * Generates vectors of embeddings. The same input always has the same vector, and different inputs have
 * different ones, so that tests can tell vectors apart.
 *
 * @module
 */
import type { Embedding } from "../models/catalogue.ts";

/** Digits of a value, as in Google's floats. */
const DIGITS = 8;

/** The input of a vector. */
export interface EmbeddingInput {
  /** The text, and the other data of the content. */
  readonly content: string;
  /** Name of the task type; undefined for none. */
  readonly taskType?: string | undefined;
  readonly title?: string | undefined;
  /** Length of the vector; undefined for the model's default. */
  readonly dimensions?: number | undefined;
}

/**
 * Returns the vector of an input: the first `dimensions` values of the full one, whose norm is 1. A
 * shorter one has norm 1 only if the model accepts media: Gemini Embedding 2 normalizes it again, its
 * predecessors do not. It also ignores task types and titles.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/embeddings#control-embedding-size}
 */
export function embeddingVector(input: EmbeddingInput, model: Embedding): number[] {
  const { content, taskType = "", title = "", dimensions = model.dimensions } = input;
  const seed = model.multimodal ? content : JSON.stringify([content, taskType, title]);
  const whole = normalized(randomValues(seed, model.dimensions));
  const values = whole.slice(0, dimensions);
  return (model.multimodal ? normalized(values) : values).map((value) =>
    Number(value.toPrecision(DIGITS))
  );
}

function normalized(values: readonly number[]): number[] {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

/** Generates values from -1 to 1 with mulberry32, seeded with FNV-1a of the text. */
function randomValues(text: string, count: number): number[] {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  }
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}
