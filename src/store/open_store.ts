/**
 * Opens the store, in the only safe order: folder, files, schema, key.
 *
 * @module
 */
import type { Copies } from "../base/stored/copies.ts";
import type { Sealer } from "../base/stored/sealer.ts";
import { AccountRows } from "./account_rows.ts";
import { AuditRows } from "./audit_rows.ts";
import { StoredClientKeys } from "./client_key_rows.ts";
import { FolderCopies, type FolderCopiesOptions } from "./copies/folder_copies.ts";
import { type DataFolder, openDataFolder } from "./folder/data_folder.ts";
import { Database } from "./database/database.ts";
import { folderTurns } from "./turns/folder_turns.ts";
import { StoreKeeper } from "./kept.ts";
import type { KeeperOptions } from "./kept/kept_state.ts";
import { findKeySource, type KeyPlaces, type KeySource } from "./sealing/key_source.ts";
import { LocalBackend } from "./database/local_backend.ts";
import { migrate, SCHEMA } from "./migrate.ts";
import { lostDatabase, refuseLostDatabase } from "./folder/lost_database.ts";
import { tryToWriteIn } from "./folder/unusable_path.ts";
import { exists, openPrivateFile } from "./folder/private_file.ts";
import { RefreshTurns } from "./turns/refresh_turns.ts";
import { newSealKey } from "./sealing/seal_key.ts";
import { Sealing } from "./sealing/sealing.ts";
import { sealerOf } from "./sealing/store_sealer.ts";
import type { AvailabilityListener, SharedLocation, StoreParts } from "./store_parts.ts";

/** A data folder, which is made if missing, and the source of its key. */
export interface FolderLocation extends KeyPlaces {
  readonly dataDir: string;
  /** Whether this process has the folder's lock, under which a folder of an older Pollux is migrated. */
  readonly isLocked?: boolean;
  /** Called with the path of the backup that is written before a migration. */
  readonly onBackup?: (path: string) => void;
}

/** The location of the store: a folder, a server, or memory. */
export type StoreLocation = FolderLocation | SharedLocation | { readonly memory: true };

/** An open store. */
export interface Store extends Disposable {
  readonly accounts: AccountRows;
  readonly clientKeys: StoredClientKeys;
  readonly audit: AuditRows;
  readonly turns: RefreshTurns;
  /** Seals what clients hold. */
  readonly sealer: Sealer;
  /** Returns the keeper of all other state; at most one per process may use the store. */
  keeper(options: KeeperOptions): StoreKeeper;
  /**
   * Returns the copies of files; at most one per process may use them, that which has the folder's lock. Undefined
   * without a data folder.
   */
  copies(options: Pick<FolderCopiesOptions, "clock" | "onProblem">): Copies | undefined;
  /** Sets the callback for changes of a shared store's availability. */
  watchAvailability(listener: AvailabilityListener): void;
  close(): void;
}

/** An open data folder, for code that changes the sealing itself. */
export interface OpenFolder {
  readonly folder: DataFolder;
  readonly database: Database;
  readonly keySource: KeySource;
  readonly sealing: Sealing;
}

/**
 * Opens the store. Several processes may have it open at once.
 *
 * @throws {StoreError} when permissions are too loose, a newer Pollux wrote it, the sealing key is missing
 * or not the right one, or the files or the server cannot be used. Nothing is changed or deleted then.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  if ("memory" in location) return storeOf(await openMemory());
  if ("url" in location) {
    const { openShared } = await import("./open_shared.ts");
    let listener: AvailabilityListener = () => {};
    const parts = await openShared(location, (problem) => listener(problem));
    return { ...storeOf(parts), watchAvailability: (given) => listener = given };
  }
  const { database, sealing, folder } = await openFolder(location);
  return storeOf({ database, sealing, lock: folderTurns(folder.turns), copies: folder.copies });
}

/** Opens the database of a folder and its sealing. Throws like {@linkcode openStore}. */
export async function openFolder(location: FolderLocation): Promise<OpenFolder> {
  const folder = openDataFolder(location.dataDir);
  const keySource = findKeySource(folder, location);
  const { database, wasThere } = await openDatabase(folder);
  try {
    const { isLocked = false, onBackup } = location;
    if (wasThere && (await database.get(SCHEMA)).versionstamp === null) {
      throw lostDatabase(folder, "holds nothing");
    }
    await migrate(database, { folder, keySource, isLocked, onBackup });
    const sealing = await Sealing.open(database, keySource);
    return { folder, database, keySource, sealing };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the database of a folder; makes one if there has never been one.
 *
 * @returns Also whether it existed before: if it has no schema number then, its content was lost.
 * @throws {StoreError} when it is lost or cannot be opened.
 */
export async function openDatabase(
  folder: DataFolder,
): Promise<{ readonly database: Database; readonly wasThere: boolean }> {
  const { wasThere } = refuseLostDatabase(folder);
  // SQLite gives its -wal and -shm files the mode of the database, so the database is made first.
  openPrivateFile(folder.database).close();
  for (const end of ["-wal", "-shm"]) {
    const path = `${folder.database}${end}`;
    if (exists(path)) openPrivateFile(path).close();
  }
  try {
    return { database: new Database(await LocalBackend.open(folder.database)), wasThere };
  } catch (error) {
    // SQLite reports a full disk as an I/O error; a trial write finds the cause and the remedy.
    tryToWriteIn(folder.path);
    throw error;
  }
}

async function openMemory(): Promise<StoreParts> {
  const database = new Database(await LocalBackend.open(":memory:"));
  const key = newSealKey();
  const keySource = { path: ":memory:", isOurs: true, load: () => key };
  return { database, sealing: await Sealing.open(database, keySource), lock: undefined };
}

function storeOf({ database, sealing, lock, journal, copies: path }: StoreParts): Store {
  const sealer = sealerOf(sealing);
  const audit = new AuditRows(database);
  function close(): void {
    database.close();
  }
  return {
    accounts: new AccountRows(database, sealing, { audit }),
    clientKeys: new StoredClientKeys(database, audit),
    audit,
    turns: new RefreshTurns(lock),
    sealer,
    keeper: (options) => new StoreKeeper({ database, sealing, journal }, options),
    copies: (options) =>
      path === undefined ? undefined : new FolderCopies({ ...options, path, sealer }),
    watchAvailability() {},
    close,
    [Symbol.dispose]: close,
  };
}
