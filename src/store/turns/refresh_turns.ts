/**
 * Turns at an account's refresh token, among all processes that share its store.
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";
import type { TurnLock } from "./turn_lock.ts";

/** What to do in a turn. */
export interface TurnOptions<Result> {
  readonly work: () => Promise<Result>;
  /** The turn cannot be had: no locks there, or its holder hangs. The work is done all the same. */
  readonly onProblem: (error: unknown) => void;
}

/** The turns of one store. */
export class RefreshTurns {
  readonly #lock: TurnLock | undefined;
  readonly #running = new Set<Promise<void>>();

  /** @param lock Keeps others away; undefined for a store in memory, which no other process sees. */
  constructor(lock: TurnLock | undefined) {
    this.#lock = lock;
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
    await using _turn = await this.#lock?.(accountId).catch((error) => {
      onProblem(error);
      return undefined;
    });
    return await work();
  }
}
