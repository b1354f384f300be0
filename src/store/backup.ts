/**
 * A copy of the database in the data folder, before it is changed in a way that an older Pollux does
 * not understand.
 *
 * @module
 */
import type { DataFolder } from "./folder/data_folder.ts";
import { exists, openPrivateFile, removeIfThere, syncFolderOf } from "./folder/private_file.ts";
import { reasonOf } from "./folder/reason_of.ts";
import { StoreError } from "./store_error.ts";

/** How long the copy waits for other processes that have the database locked, in ms. */
const PATIENCE_MS = 10_000;

/**
 * Copies the database as it is at one moment, whoever else may have it open. No earlier copy is
 * overwritten.
 *
 * @param schema The schema that the database has; it is part of the copy's name.
 * @returns The path of the copy, mode 0600. To go back, put it in the place of `pollux.db`.
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

/** SQLite's own online backup: Deno KV has none, and a plain copy would miss what is in the log file. */
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
