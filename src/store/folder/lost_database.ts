/**
 * A data folder that has lost its database: the sealing key is there, which Pollux makes only once there
 * is a database, but what it seals is not. To begin anew without a word would look as if there never had
 * been an account.
 *
 * @module
 */
import type { DataFolder } from "./data_folder.ts";
import { StoreError } from "../store_error.ts";

/** Whether a folder held a database before, by what lies in it now. */
export interface FormerDatabase {
  /** Its key shows that there was one. */
  readonly wasThere: boolean;
}

/**
 * Looks at a folder before anything in it is opened.
 *
 * @throws {StoreError} when its database is missing or empty, though there was one.
 */
export function refuseLostDatabase(folder: DataFolder): FormerDatabase {
  // The key first: another process that begins just now makes the database before the key.
  const wasThere = sizeOf(folder.key) > 0;
  const size = sizeOf(folder.database);
  if (size === 0 && wasThere) throw lostDatabase(folder, "is empty (0 bytes)");
  // SQLite drops a log whose database is gone, and what is in it.
  const isMissing = size < 0 && (wasThere || sizeOf(`${folder.database}-wal`) > 0);
  if (isMissing) throw lostDatabase(folder, "is missing");
  return { wasThere };
}

/**
 * The error of a lost database.
 *
 * @param how As in "is missing".
 */
export function lostDatabase({ database, key }: DataFolder, how: string): StoreError {
  return new StoreError(
    `The database "${database}" ${how}, though accounts were kept here; put it back from a backup, ` +
      `or, to start without them, remove the key that sealed them, "${key}"` +
      `, and files that begin with "${database}"`,
  );
}

/** A file's size in bytes; -1 where there is none. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return -1;
    throw error;
  }
}
