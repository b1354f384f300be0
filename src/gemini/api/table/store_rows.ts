/**
 * The rows of file search stores and their documents.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const STORE_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
