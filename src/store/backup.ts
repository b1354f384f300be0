/**
 * Backs up the database in the data folder before a migration to a layout that an older Pollux cannot
 * read.
 *
 * @module
 */
import type { DataFolder } from "./folder/data_folder.ts";
import { exists, openPrivateFile, removeIfThere, syncFolderOf } from "./folder/private_file.ts";
import { reasonOf } from "./folder/reason_of.ts";
import { StoreError } from "./store_error.ts";

/** Time limit for waiting until other processes unlock the database, in ms. */
const PATIENCE_MS = 10_000;

/**
 * Copies a consistent snapshot of the database, even if other processes have it open. No earlier copy
 * is overwritten.
 *
 * @param schema The schema of the database, which becomes part of the copy's name.
 * @returns The path of the copy, mode 0600. To restore it, replace `pollux.db` with it.
 * @throws {StoreError} when it cannot be made.
 */
export async function backUp(folder: DataFolder, schema: number): Promise<string> {
  const path = freePath(`${folder.database}.schema${schema}`);
  const part = `${path}.part`;
  try {
    removeIfThere(part);
    openPrivateFile(part).close();
    await copyDatabase(folder.database, part);
    using file = openPrivateFile(part);
    file.syncSync();
    Deno.renameSync(part, path);
    syncFolderOf(path);
  } catch (cause) {
    throw new StoreError(
      `Cannot write the backup "${path}", without which the data is not changed: ${
        reasonOf(cause)
      }; check the disk, and try again`,
      { cause },
    );
  }
  return path;
}

/** Uses SQLite's online backup: Deno KV has none, and a plain copy would miss the write-ahead log. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const { backup, DatabaseSync } = await import("node:sqlite");
  const source = new DatabaseSync(from, { readOnly: true, timeout: PATIENCE_MS });
  try {
    await backup(source, to);
  } finally {
    source.close();
  }
}

function freePath(stem: string): string {
  for (let count = 1;; count++) {
    const path = `${stem}${count === 1 ? "" : `-${count}`}.backup`;
    if (!exists(path)) return path;
  }
}
