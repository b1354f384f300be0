/**
 * The rows of tuned models.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const TUNED_MODEL_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
