/**
 * Detects a data folder that has lost its database: it has the sealing key, which Pollux makes only after
 * the database, but no database. Silently making a new one would look as if there had never been an
 * account.
 *
 * @module
 */
import type { DataFolder } from "./data_folder.ts";
import { StoreError } from "../store_error.ts";

/** Whether a folder had a database before, judged by its files. */
export interface FormerDatabase {
  /** It has a key, so there was a database. */
  readonly wasThere: boolean;
}

/**
 * Checks a folder before anything in it is opened.
 *
 * @throws {StoreError} when there was a database that is now missing or empty.
 */
export function refuseLostDatabase(folder: DataFolder): FormerDatabase {
  // Checks the key first: another process that starts now makes the database before the key.
  const wasThere = sizeOf(folder.key) > 0;
  const size = sizeOf(folder.database);
  if (size === 0 && wasThere) throw lostDatabase(folder, "is empty (0 bytes)");
  // SQLite deletes a write-ahead log without a database, and with it the data in the log.
  const isMissing = size < 0 && (wasThere || sizeOf(`${folder.database}-wal`) > 0);
  if (isMissing) throw lostDatabase(folder, "is missing");
  return { wasThere };
}

/**
 * Returns the error for a lost database.
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

/** Returns a file's size in bytes; -1 if there is none. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return -1;
    throw error;
  }
}
