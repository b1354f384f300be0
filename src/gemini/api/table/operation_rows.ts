/**
 * The rows of long-running operations, and of what starts them.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const OPERATION_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
