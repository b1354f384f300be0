/**
 * Turns of the processes that share a data folder. A turn is a file lock of the operating system, like
 * the gateway's own lock: it is released when the process ends, however that happens, and no clock is
 * needed to distinguish a dead holder from a slow one.
 *
 *     turns/<account id>.lock    empty; locked while its account's token is refreshed
 *
 * @module
 */
import { join } from "node:path";
import { delay } from "../../base/delay.ts";
import { heldLock } from "../../base/held_lock.ts";
import { openPrivateFolder } from "../folder/data_folder.ts";
import { openPrivateFile } from "../folder/private_file.ts";
import { StoreError } from "../store_error.ts";
import { TURN_PATIENCE_MS, type TurnLock } from "./turn_lock.ts";

/** Interval of checks while another process has the turn, in ms. */
const PAUSE_MS = 25;

/** The turns of one folder. */
export function folderTurns(folder: string): TurnLock {
  return async (accountId) => {
    openPrivateFolder(folder);
    // An id may come from another machine's export: it must not escape the folder.
    const file = openPrivateFile(join(folder, `${encodeURIComponent(accountId)}.lock`));
    try {
      const deadline = performance.now() + TURN_PATIENCE_MS;
      while (!file.tryLockSync(true)) {
        if (performance.now() >= deadline) {
          throw new StoreError(
            "another Pollux has been busy with it for a minute; stop that one if it hangs",
          );
        }
        await delay(PAUSE_MS);
      }
    } catch (error) {
      file.close();
      throw error;
    }
    const lock = heldLock(file);
    return {
      [Symbol.asyncDispose]() {
        lock[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  };
}
