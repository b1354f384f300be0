/**
 * The rows of interactions.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const INTERACTION_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
