/**
 * The end of a lock on a file.
 *
 * @module
 */

/**
 * Holds the lock of a file that this process has locked.
 *
 * @returns What unlocks and closes the file. A process that is just being started has a copy of the open file for a
 * moment, so that closing ours would not unlock it (flock(2)).
 */
export function heldLock(file: Deno.FsFile): Disposable {
  return {
    [Symbol.dispose]() {
      file.unlockSync();
      file.close();
    },
  };
}
