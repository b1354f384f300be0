/**
 * A step from one schema of the database to the next.
 *
 * @module
 */
import type { Database } from "../database/database.ts";
import type { KeySource } from "../sealing/key_source.ts";

/** Arguments of a step. */
export interface MigrationContext {
  readonly database: Database;
  readonly keySource: KeySource;
}

/** One step. The process may be killed during it, so it is run again until it completes. */
export interface Migration {
  /** The schema after the step; it starts from the previous one. */
  readonly to: number;
  /**
   * Checks whether the step is possible; changes nothing.
   *
   * @returns Runs the step, also after an interrupted run.
   * @throws {StoreError} when the step is not possible.
   */
  prepare(context: MigrationContext): Promise<() => Promise<void>>;
}
