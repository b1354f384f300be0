/**
 * All migration steps in order, so that a data folder of any version can be migrated.
 *
 * @module
 */
import type { Migration } from "./migration.ts";
import { nameSealingKeys } from "./name_sealing_keys.ts";

/** The steps; each starts from the schema of the previous one, the first from 1. */
export const MIGRATIONS: readonly Migration[] = [nameSealingKeys];
