/**
 * Migrates a data folder of an older Pollux, step by step:
 *
 *     ["schema"]     → number
 *     ["migration"]  → true, while the step to that schema is in progress
 *
 * The schema number is increased before a step begins, so that an older program refuses data that it
 * could not read; an interrupted step is run again before anything else.
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

/** The key of the schema number. */
export const SCHEMA = ["schema"] as const;
const MIGRATION = ["migration"] as const;

/** Time limit for waiting until another command has migrated the folder, in ms. */
const PATIENCE_MS = 5_000;

/** The interval of checks while waiting, in ms. */
const PAUSE_MS = 50;

/** Options of {@linkcode migrate}. */
export interface MigrateOptions {
  readonly folder: DataFolder;
  readonly keySource: KeySource;
  /** Whether the caller has the folder's lock. */
  readonly isLocked: boolean;
  /** Called with the path of every backup. */
  readonly onBackup?: ((path: string) => void) | undefined;
}

/** The migration state of a database. */
interface State {
  readonly entry: Entry;
  readonly schema: number;
  /** Whether the step to `schema` is still in progress. */
  readonly isUnderWay: boolean;
}

/**
 * Migrates a database, and writes the schema number of a new one.
 *
 * @throws {StoreError} when a newer Pollux wrote it, a gateway runs on it, or a step fails.
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

/** Runs the step that is in progress, or else the next one. */
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
 * Refuses a shared store of another version, since gateways of that version may be using it; writes the
 * schema number of a new one.
 *
 * @param name The store's name, with which messages begin.
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
    // Read again, whichever process wrote it.
    return undefined;
  });
}

function isUpToDate({ schema, isUnderWay }: State): boolean {
  return schema === SCHEMA_VERSION && !isUnderWay;
}

/**
 * Takes the folder's lock, so that no gateway of an older version runs on data that it cannot read.
 *
 * @returns Undefined when another command has migrated the folder meanwhile.
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
