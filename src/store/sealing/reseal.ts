/**
 * Changes a data folder's sealing key. The process may be killed between any two steps: until the last
 * step both keys open everything, and the next run continues from the current state.
 *
 * @module
 */
import { AccountRows, type ResealedRows } from "../account_rows.ts";
import { AuditRows } from "../audit_rows.ts";
import { acquireDataLock } from "../folder/data_lock.ts";
import { type FolderLocation, openFolder } from "../open_store.ts";
import { exists, syncFolderOf, writePrivateFile } from "../folder/private_file.ts";
import { loadSealKey, newSealKey, readSealKey } from "./seal_key.ts";
import { resealValues } from "../kept/sealed_value.ts";
import { StoreError } from "../store_error.ts";

/** Options of {@linkcode reseal}. */
export interface ResealOptions {
  /**
   * The file of the new key, which is made if it is missing. Default: a new key replaces the one that
   * Pollux made in the data folder.
   */
  readonly newKeyFile?: string;
}

/**
 * Reseals every secret of the folder under another key. No gateway may run on it meanwhile: it has the
 * key in memory, and would not find the new one.
 *
 * @throws {StoreError} when a gateway runs, or a key is missing or not the right one. If the change has
 * begun, both keys still open everything.
 */
export async function reseal(
  location: FolderLocation,
  { newKeyFile }: ResealOptions,
): Promise<ResealedRows> {
  using _lock = acquireDataLock(location.dataDir);
  const { folder, database, keySource, sealing } = await openFolder({
    ...location,
    isLocked: true,
  });
  try {
    if (newKeyFile === undefined && !keySource.isOurs) throw whereTo(keySource.path);
    const present = keySource.load({ mayCreate: false });
    const next = newKeyFile === undefined ? newSealKey() : loadNewKey(newKeyFile);
    if (next.toHex() === present.toHex()) throw sameKey(keySource.path);
    const rows = new AccountRows(database, sealing);
    if (sealing.isChanging) {
      // A run was killed. First everything is resealed under the available key, so that no third key is needed.
      await sealing.beginChange(present);
      await rows.reseal();
      await resealValues(database, sealing, Date.now());
      await sealing.finishChange();
    }
    await sealing.beginChange(next);
    const resealed = await rows.reseal();
    await resealValues(database, sealing, Date.now());
    if (newKeyFile === undefined) writePrivateFile(folder.key, next);
    await sealing.finishChange();
    await new AuditRows(database).add({
      door: "command",
      action: "accounts.reseal",
      subject: "",
      detail: "the sealing key was replaced",
    });
    if (newKeyFile !== undefined && keySource.isOurs) Deno.removeSync(folder.key);
    return resealed;
  } finally {
    database.close();
  }
}

/** Reads the key from the user's file; makes it if the file is missing, or empty after a crash. */
function loadNewKey(path: string): Uint8Array<ArrayBuffer> {
  if (exists(path) && Deno.statSync(path).size > 0) {
    return readSealKey(path, { groupMayRead: false });
  }
  const key = loadSealKey(path, { mayCreate: true });
  syncFolderOf(path);
  return key;
}

function sameKey(path: string): StoreError {
  return new StoreError(`The new key is the one in "${path}", with which everything is sealed`);
}

function whereTo(path: string): StoreError {
  return new StoreError(
    `The key is in "${path}", which Pollux must not change; name the place of the new key with ` +
      "--new-key-file",
  );
}
