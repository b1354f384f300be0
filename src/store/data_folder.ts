/**
 * The folder that holds everything Pollux keeps: only its owner may enter it, and only its owner may
 * read a file in it.
 *
 * @module
 */
import { join } from "node:path";
import { StoreError } from "./store_error.ts";

/** Names of the files in the data folder. */
const FILES = {
  database: "pollux.db",
  key: "pollux.key",
  lock: "gateway.lock",
  turns: "turns",
} as const;

/** Permission bits of group and others. */
const OTHERS = 0o077;

/** The files of a data folder, as paths. */
export interface DataFolder {
  readonly path: string;
  /** Deno KV's SQLite file; SQLite keeps `-wal` and `-shm` beside it. */
  readonly database: string;
  /** The 32 bytes that seal every secret in the database. */
  readonly key: string;
  /** Locked by the gateway that runs on this folder. */
  readonly lock: string;
  /** A folder with a file for each account, locked while its token is refreshed. */
  readonly turns: string;
}

/**
 * Makes the folder (mode 0700) if it is not there, and refuses one that others may enter.
 *
 * @throws {StoreError} when it cannot be made, is no folder, or its mode is looser than 0700.
 */
export function openDataFolder(path: string): DataFolder {
  openPrivateFolder(path);
  return {
    path,
    database: join(path, FILES.database),
    key: join(path, FILES.key),
    lock: join(path, FILES.lock),
    turns: join(path, FILES.turns),
  };
}

/**
 * Makes a folder (mode 0700) if it is not there, and refuses one that others may enter.
 *
 * @throws {StoreError} as {@linkcode openDataFolder} does.
 */
export function openPrivateFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StoreError(
      `Cannot make the data folder "${path}": ${reasonOf(cause)}; choose another with --data-dir`,
      { cause },
    );
  }
  refuseLooseMode(path, Deno.statSync(path).mode, "700");
}

/**
 * Opens a file of the data folder for reading and writing, making it with mode 0600 if it is not
 * there. The mode is given at creation, so the file is at no moment open to others.
 *
 * @throws {StoreError} when it cannot be opened, or its mode is looser than 0600.
 */
export function openPrivateFile(path: string): Deno.FsFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new StoreError(`Cannot open "${path}": ${reasonOf(cause)}`, { cause });
  }
  try {
    refuseLooseMode(path, file.statSync().mode, "600");
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

/** Refuses what group or others may touch, as ssh does. Windows has no such modes. */
function refuseLooseMode(path: string, mode: number | null, wanted: "600" | "700"): void {
  if (Deno.build.os === "windows" || mode === null || (mode & OTHERS) === 0) return;
  const found = (mode & 0o777).toString(8).padStart(4, "0");
  throw new StoreError(
    `"${path}" is open to other users of this machine (mode ${found}); ` +
      `close it with: chmod ${wanted} "${path}"`,
  );
}

/** The system's own words, without the class name and stack. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
