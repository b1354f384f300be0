/**
 * Turns at an account's refresh token, among all processes that share a data folder. The operating
 * system holds a turn, as it holds the gateway's own lock: it ends with the process, however that ended,
 * and needs no clock to tell a dead holder from a slow one.
 *
 *     turns/<account id>.lock    empty; locked while its account's token is refreshed
 *
 * @module
 */
import { join } from "node:path";
import { openPrivateFolder } from "./data_folder.ts";
import { openPrivateFile } from "./private_file.ts";
import { StoreError } from "./store_error.ts";

/** How long a turn is waited for, in ms: longer than any holder that works takes. */
const PATIENCE_MS = 60_000;

/** Pause between two looks at a turn that another process has, in ms. */
const PAUSE_MS = 25;

/** What to do in a turn. */
export interface TurnOptions<Result> {
  readonly work: () => Promise<Result>;
  /** The turn cannot be had: no locks there, or its holder hangs. The work is done all the same. */
  readonly onProblem: (error: unknown) => void;
}

/** The turns of one data folder. */
export class RefreshTurns {
  readonly #folder: string | undefined;
  readonly #running = new Set<Promise<void>>();

  /** @param folder Where the files lie; undefined for a store in memory, which no other process sees. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Does the work of an account when no other process does such work of the same account. */
  async inTurn<Result>(accountId: string, options: TurnOptions<Result>): Promise<Result> {
    const running = this.#inTurn(accountId, options);
    const over = running.then(ignore, ignore);
    this.#running.add(over);
    over.finally(() => this.#running.delete(over));
    return await running;
  }

  /** Resolves when no work of this process is under way: what it gained is then in the store. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #inTurn<Result>(
    accountId: string,
    { work, onProblem }: TurnOptions<Result>,
  ): Promise<Result> {
    using _file = await this.#lock(accountId).catch((error) => {
      onProblem(error);
      return undefined;
    });
    return await work();
  }

  async #lock(accountId: string): Promise<Disposable | undefined> {
    const folder = this.#folder;
    if (folder === undefined) return undefined;
    openPrivateFolder(folder);
    // An id may come from another machine's export: it must not lead out of the folder.
    const file = openPrivateFile(join(folder, `${encodeURIComponent(accountId)}.lock`));
    try {
      const deadline = performance.now() + PATIENCE_MS;
      while (!file.tryLockSync(true)) {
        if (performance.now() >= deadline) {
          throw new StoreError(
            "another Pollux has been at it for a minute; stop that one if it hangs",
          );
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } catch (error) {
      file.close();
      throw error;
    }
    return file;
  }
}

function ignore(): void {}
