/**
 * The rows of corpora, and of answers from them.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const CORPUS_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
