/**
 * The rows of Live sessions and their tokens.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const LIVE_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
