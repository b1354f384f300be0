/**
 * The rows of batches.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const BATCH_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
