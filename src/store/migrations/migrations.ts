/**
 * Every step there ever was, in order: a data folder of any age comes up to date.
 *
 * @module
 */
import type { Migration } from "./migration.ts";
import { nameSealingKeys } from "./name_sealing_keys.ts";

/** The steps; each starts from the schema at which the one before it ended, the first from 1. */
export const MIGRATIONS: readonly Migration[] = [nameSealingKeys];
