/**
 * The change of a data folder's sealing key. The process may be killed between any two steps: both
 * keys open everything until the last step, and the next run begins with whatever is there.
 *
 * @module
 */
import { AccountRows, type ResealedRows } from "../account_rows.ts";
import { acquireDataLock } from "../folder/data_lock.ts";
import { type FolderLocation, openFolder } from "../open_store.ts";
import { exists, syncFolderOf, writePrivateFile } from "../folder/private_file.ts";
import { loadSealKey, newSealKey, readSealKey } from "./seal_key.ts";
import { resealValues } from "../kept/sealed_value.ts";
import { StoreError } from "../store_error.ts";

/** What {@linkcode reseal} takes. */
export interface ResealOptions {
  /**
   * The file of the new key, made if there is none. Default: a new key takes the place of the one that
   * Pollux made in the data folder.
   */
  readonly newKeyFile?: string;
}

/**
 * Seals every secret of the folder under another key. No gateway may run on it meanwhile: it has the
 * key in memory, and would have to be told where the new one is.
 *
 * @throws {StoreError} when a gateway runs, or a key is missing or does not fit. If the change had
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
      // A run was killed. First everything comes under the key at hand, so that two keys are enough.
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
    if (newKeyFile !== undefined && keySource.isOurs) Deno.removeSync(folder.key);
    return resealed;
  } finally {
    database.close();
  }
}

/** The key in a file of the user's choice; makes it where a file is missing, or a process died. */
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
