/**
 * The folder that holds everything Pollux keeps: only its owner may enter it, and only its owner may
 * read a file in it.
 *
 * @module
 */
import { join } from "node:path";
import { troubleWith } from "./folder_trouble.ts";
import { giveToFoldersOwner, refuseLooseMode } from "./private_file.ts";
import { StoreError } from "../store_error.ts";

/** Names of the files in the data folder. */
const FILES = {
  database: "pollux.db",
  key: "pollux.key",
  lock: "gateway.lock",
  turns: "turns",
  gateway: "gateway.json",
} as const;

/** The files of a data folder, as paths. */
export interface DataFolder {
  readonly path: string;
  /** Deno KV's SQLite file; SQLite keeps `-wal` and `-shm` beside it. */
  readonly database: string;
  /** The 32 bytes that seal every secret in the database, unless the user keeps them elsewhere. */
  readonly key: string;
  /** Locked by the gateway that runs on this folder. */
  readonly lock: string;
  /** A folder with a file for each account, locked while its token is refreshed. */
  readonly turns: string;
  /** Where the gateway that runs on this folder is, and its admin key. */
  readonly gateway: string;
}

/**
 * Makes the folder (mode 0700) if it is not there, and refuses one that others may enter.
 *
 * @throws {StoreError} when it cannot be made, is no folder, or its mode is looser than 0700.
 */
export function openDataFolder(path: string): DataFolder {
  openPrivateFolder(path);
  return filesIn(path);
}

/** The files of a data folder, which need not be there. */
export function filesIn(path: string): DataFolder {
  return {
    path,
    database: join(path, FILES.database),
    key: join(path, FILES.key),
    lock: join(path, FILES.lock),
    turns: join(path, FILES.turns),
    gateway: join(path, FILES.gateway),
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
      `Cannot make the data folder "${path}": ${withAdvice(troubleWith(path, cause))}`,
      { cause },
    );
  }
  const info = Deno.statSync(path);
  giveToFoldersOwner(path, info);
  refuseLooseMode(path, info, { wanted: "700" });
}

function withAdvice(trouble: string): string {
  return trouble.includes("; ") ? trouble : `${trouble}; choose another with --data-dir`;
}
