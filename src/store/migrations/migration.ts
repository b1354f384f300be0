/**
 * A step from one schema of the database to the next.
 *
 * @module
 */
import type { Database } from "../database/database.ts";
import type { KeySource } from "../sealing/key_source.ts";

/** What a step works on. */
export interface MigrationContext {
  readonly database: Database;
  readonly keySource: KeySource;
}

/** One step. The process may be killed within it, so it is run again until it has come to its end. */
export interface Migration {
  /** The schema that it leads to; it starts from the one before. */
  readonly to: number;
  /**
   * Looks whether the step can be done, and changes nothing.
   *
   * @returns What does it, from whatever a killed run left.
   * @throws {StoreError} when it cannot be done.
   */
  prepare(context: MigrationContext): Promise<() => Promise<void>>;
}
