/**
 * Gives the processes that share a store exclusive turns at an account's refresh token.
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";
import type { TurnLock } from "./turn_lock.ts";

/** The work to do in a turn. */
export interface TurnOptions<Result> {
  readonly work: () => Promise<Result>;
  /** Called when the turn cannot be taken: no locks available, or its holder hangs. The work runs anyway. */
  readonly onProblem: (error: unknown) => void;
}

/** The turns of one store. */
export class RefreshTurns {
  readonly #lock: TurnLock | undefined;
  readonly #running = new Set<Promise<void>>();

  /** @param lock Excludes other processes; undefined for a store in memory, which only this one uses. */
  constructor(lock: TurnLock | undefined) {
    this.#lock = lock;
  }

  /** Does the work for an account while no other process does such work for the same account. */
  async withLock<Result>(accountId: string, options: TurnOptions<Result>): Promise<Result> {
    const running = this.#withLock(accountId, options);
    const over = running.then(ignore, ignore);
    this.#running.add(over);
    over.finally(() => this.#running.delete(over));
    return await running;
  }

  /** Resolves when no work of this process is in progress: its results are then in the store. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #withLock<Result>(
    accountId: string,
    { work, onProblem }: TurnOptions<Result>,
  ): Promise<Result> {
    await using _turn = await this.#lock?.(accountId).catch((error) => {
      onProblem(error);
      return undefined;
    });
    return await work();
  }
}
