/**
 * The folder with all data of Pollux, which only its owner may enter, and whose files only its owner may
 * read.
 *
 * @module
 */
import { join } from "node:path";
import { unusableReason } from "./unusable_path.ts";
import { giveToFoldersOwner, refuseLooseMode } from "./private_file.ts";
import { StoreError } from "../store_error.ts";

/** Names of the files in the data folder. */
const FILES = {
  database: "pollux.db",
  key: "pollux.key",
  lock: "gateway.lock",
  turns: "turns",
  gateway: "gateway.json",
  copies: "copies",
  certificate: "self-signed.pem",
} as const;

/** The files of a data folder, as paths. */
export interface DataFolder {
  readonly path: string;
  /** Deno KV's SQLite file; SQLite keeps `-wal` and `-shm` beside it. */
  readonly database: string;
  /** The 32 bytes that seal every secret in the database, unless the user stores the key elsewhere. */
  readonly key: string;
  /** Locked by the gateway that runs on this folder. */
  readonly lock: string;
  /** A folder with a file for each account, locked while its token is refreshed. */
  readonly turns: string;
  /** The address of the gateway that runs on this folder, and its admin key. */
  readonly gateway: string;
  /** A folder with sealed copies of the files that clients upload, if they are kept. */
  readonly copies: string;
  /** The certificate that the gateway made for itself, for clients that are to trust it. */
  readonly certificate: string;
}

/**
 * Makes the data folder (mode 0700) if it is missing, and refuses one that others may enter.
 *
 * @throws {StoreError} when it cannot be made, is not a folder, or its mode is looser than 0700.
 */
export function openDataFolder(path: string): DataFolder {
  openPrivateFolder(path);
  return filesIn(path);
}

/** Returns the paths of a data folder's files, which may be missing. */
export function filesIn(path: string): DataFolder {
  return {
    path,
    database: join(path, FILES.database),
    key: join(path, FILES.key),
    lock: join(path, FILES.lock),
    turns: join(path, FILES.turns),
    gateway: join(path, FILES.gateway),
    copies: join(path, FILES.copies),
    certificate: join(path, FILES.certificate),
  };
}

/**
 * Makes a folder (mode 0700) if it is missing, and refuses one that others may enter.
 *
 * @throws {StoreError} as {@linkcode openDataFolder} does.
 */
export function openPrivateFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StoreError(
      `Cannot make the data folder "${path}": ${withAdvice(unusableReason(path, cause))}`,
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
