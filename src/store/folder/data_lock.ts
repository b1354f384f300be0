/**
 * The lock that lets at most one gateway run on a data folder. The operating system releases it when the
 * process ends, however that happens.
 *
 * @module
 */
import { heldLock } from "../../base/held_lock.ts";
import { filesIn, openDataFolder } from "./data_folder.ts";
import { openPrivateFile } from "./private_file.ts";
import { StoreError } from "../store_error.ts";

/**
 * Locks the folder for this process; dispose of the result to unlock it. Commands that only edit accounts
 * do not lock it: they work while a gateway runs.
 *
 * @throws {StoreError} when another gateway has the lock, or the folder cannot be used.
 */
export function acquireDataLock(dataDir: string): Disposable {
  const lock = tryDataLock(dataDir);
  if (lock !== undefined) return lock;
  throw new StoreError(
    `Another Pollux is running on the data folder "${dataDir}"; ` +
      `stop it first, or choose another folder with --data-dir`,
  );
}

/**
 * Locks the folder if no other process has the lock.
 *
 * @returns Undefined when another process has the lock.
 * @throws {StoreError} when the folder cannot be used.
 */
export function tryDataLock(dataDir: string): Disposable | undefined {
  const file = openPrivateFile(openDataFolder(dataDir).lock);
  let locked: boolean;
  try {
    locked = file.tryLockSync(true);
  } catch (cause) {
    file.close();
    throw new StoreError(
      `Cannot lock the data folder "${dataDir}"; its file system may not support locks: ` +
        `choose another with --data-dir`,
      { cause },
    );
  }
  if (!locked) {
    file.close();
    return undefined;
  }
  return heldLock(file);
}

/** Whether a process has the lock, as every running gateway does. False where it cannot be tried. */
export function isDataLocked(dataDir: string): boolean {
  try {
    using file = Deno.openSync(filesIn(dataDir).lock, { read: true, write: true });
    const isFree = file.tryLockSync(true);
    if (isFree) file.unlockSync();
    return !isFree;
  } catch {
    return false;
  }
}
