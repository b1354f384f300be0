/**
 * The rows of what interactions use: agents, environments, triggers, webhooks, credentials, voices.
 *
 * @module
 */
import type { MethodRow } from "../method_row.ts";

/** The rows, by the methods' names. */
export const AGENT_ROWS = {} as const satisfies Readonly<Record<string, MethodRow>>;
