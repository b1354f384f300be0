/**
 * Bringing a data folder of an older Pollux up to date, one step after the other:
 *
 *     ["schema"]     → number
 *     ["migration"]  → true, while the step to that schema is under way
 *
 * The schema moves on before a step begins, so that an older program refuses what it would not
 * understand; a step that was broken off is run again before anything else is done.
 *
 * @module
 */
import { delay } from "../base/delay.ts";
import { backUp } from "./backup.ts";
import type { DataFolder } from "./folder/data_folder.ts";
import { tryDataLock } from "./folder/data_lock.ts";
import type { Database, Entry } from "./database/database.ts";
import type { KeySource } from "./sealing/key_source.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";
import { StoreError } from "./store_error.ts";
import { encodeValue } from "./database/stored_value.ts";

/** The layout of keys and rows that this version reads and writes. */
export const SCHEMA_VERSION = 2;

/** Where the schema lies. */
export const SCHEMA = ["schema"] as const;
const MIGRATION = ["migration"] as const;

/** How long a command waits for another one that brings the folder up to date, in ms. */
const PATIENCE_MS = 5_000;

/** The pause between two looks at it, in ms. */
const PAUSE_MS = 50;

/** What {@linkcode migrate} works on. */
export interface MigrateOptions {
  readonly folder: DataFolder;
  readonly keySource: KeySource;
  /** Whether the caller has the folder's lock. */
  readonly isLocked: boolean;
  /** Hears of every backup that was written. */
  readonly onBackup?: ((path: string) => void) | undefined;
}

/** How far a database is. */
interface State {
  readonly entry: Entry;
  readonly schema: number;
  /** Whether the step to `schema` is still under way. */
  readonly isUnderWay: boolean;
}

/**
 * Brings a database up to date, and marks a new one.
 *
 * @throws {StoreError} when a newer Pollux wrote it, a gateway runs on it, or a step cannot be done.
 * Nothing is changed then.
 */
export async function migrate(database: Database, options: MigrateOptions): Promise<void> {
  const dataDir = options.folder.path;
  if (isUpToDate(await readState(database, dataDir))) return;
  using _lock = options.isLocked ? undefined : await lockUnlessDone(database, dataDir);
  for (;;) {
    const state = await readState(database, dataDir);
    if (isUpToDate(state)) return;
    await runStep(database, { ...options, state });
  }
}

/** Runs the step that is under way, or else the next one. */
async function runStep(
  database: Database,
  { folder, keySource, onBackup, state }: MigrateOptions & { readonly state: State },
): Promise<void> {
  const to = state.isUnderWay ? state.schema : state.schema + 1;
  const step = MIGRATIONS.find((migration) => migration.to === to);
  if (step === undefined) throw unknownSchema(folder.path);
  const run = await step.prepare({ database, keySource });
  if (!state.isUnderWay) {
    const path = await backUp(folder, state.schema);
    const begun = await database.commit((transaction) =>
      transaction.check(state.entry).set(SCHEMA, encodeValue(to)).set(MIGRATION, encodeValue(true))
    );
    if (!begun) throw new StoreError("Another program changed the data folder; try again");
    onBackup?.(path);
  }
  await run();
  await database.commit((transaction) => transaction.delete(MIGRATION));
}

/**
 * Refuses a shared store that another version wrote, and marks a new one: nobody can tell whether
 * gateways of that version are at work on it.
 *
 * @param name The store, as messages call it at their beginning.
 * @throws {StoreError}
 */
export async function requireSchema(database: Database, name: string): Promise<void> {
  const state = await readRawState(database);
  if (state.schema === SCHEMA_VERSION && !state.isUnderWay) return;
  throw new StoreError(
    `${name} was written by another version of Pollux (schema ${state.schema}, this one knows ` +
      `${SCHEMA_VERSION}); use that version, or export the accounts with it and import them into ` +
      `a new store`,
  );
}

async function readState(database: Database, dataDir: string): Promise<State> {
  const { schema, ...state } = await readRawState(database);
  if (typeof schema !== "number") throw unknownSchema(dataDir);
  if (schema > SCHEMA_VERSION) {
    throw new StoreError(
      `The data folder "${dataDir}" was written by a newer Pollux (schema ${schema}, this one knows ` +
        `${SCHEMA_VERSION}); use that version, or another --data-dir`,
    );
  }
  return { ...state, schema };
}

async function readRawState(
  database: Database,
): Promise<Omit<State, "schema"> & { readonly schema: unknown }> {
  return await database.settle(async () => {
    const entry = await database.get(SCHEMA);
    if (entry.versionstamp !== null) {
      const isUnderWay = (await database.get(MIGRATION)).versionstamp !== null;
      return { entry, schema: entry.value, isUnderWay };
    }
    await database.commit((transaction) =>
      transaction.check(entry).set(SCHEMA, encodeValue(SCHEMA_VERSION))
    );
    // Read again, whoever wrote it.
    return undefined;
  });
}

function isUpToDate({ schema, isUnderWay }: State): boolean {
  return schema === SCHEMA_VERSION && !isUnderWay;
}

/**
 * Takes the folder's lock: a gateway of an older version must not find what it does not understand.
 *
 * @returns Undefined when another command has done meanwhile what was to do.
 */
async function lockUnlessDone(
  database: Database,
  dataDir: string,
): Promise<Disposable | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = tryDataLock(dataDir);
    if (lock !== undefined) return lock;
    if (isUpToDate(await readState(database, dataDir))) return undefined;
    if (performance.now() > deadline) {
      throw new StoreError(
        `The data folder "${dataDir}" is from an older Pollux and must be upgraded, but ` +
          `a gateway runs on it; stop that gateway, and try again`,
      );
    }
    await delay(PAUSE_MS);
  }
}

function unknownSchema(dataDir: string): StoreError {
  return new StoreError(
    `The data folder "${dataDir}" has no schema that Pollux knows; ` +
      `put it back from a backup, or use another --data-dir`,
  );
}
