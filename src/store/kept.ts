/**
 * Kept state in a store: its kinds are opened here, written behind, read at start, and kept in step with
 * other gateways on the same store. The gateway polls the store every {@linkcode POLL_MS} ms and not when a
 * request arrives, so that no request waits for the store, and a conversation that moves here keeps its
 * account while the store is unreachable.
 *
 * @module
 */
import type { Keeper, KeptKind, KeptRows, KeptUser } from "../base/stored/kept.ts";
import { type KeeperOptions, KeptState } from "./kept/kept_state.ts";
import type { RowPlace } from "./kept/stored_rows.ts";

/** Polling interval, in ms. Including the write, other gateways see a change within two seconds. */
export const POLL_MS = 500;

/** Opens and maintains the kinds of kept state. */
export class StoreKeeper implements Keeper {
  readonly #place: RowPlace;
  readonly #options: KeeperOptions;
  readonly #states: Pick<KeptState<unknown>, "adoptNews" | "adoptAll" | "restored" | "close">[] =
    [];
  #isBehind = false;

  constructor(place: RowPlace, options: KeeperOptions) {
    this.#place = place;
    this.#options = options;
  }

  get isShared(): boolean {
    return this.#place.journal !== undefined;
  }

  open<Value>(kind: KeptKind<Value>, user: KeptUser<Value>): KeptRows<Value> {
    const state = new KeptState(kind, user, { place: this.#place, options: this.#options });
    this.#states.push(state);
    return state;
  }

  /** Resolves when all state that is being restored is in memory. Never rejects. */
  async restored(): Promise<void> {
    await Promise.all(this.#states.map(({ restored }) => restored));
  }

  /** Polls for changes of other gateways until disposed of; does nothing on a store that is not shared. */
  follow(): AsyncDisposable {
    let reading: Promise<void> | undefined;
    const timer = this.#place.journal && setInterval(() => {
      reading ??= this.#takeNews().catch((error: unknown) =>
        this.#options.onProblem("Cannot read the changes of other gateways", error)
      ).finally(() => reading = undefined);
    }, POLL_MS);
    return {
      async [Symbol.asyncDispose]() {
        clearInterval(timer);
        await reading;
      },
    };
  }

  /** Writes pending changes, accepts no more, and aborts restoring. Never rejects. */
  async close(): Promise<void> {
    for (const state of this.#states) await state.close();
  }

  async #takeNews(): Promise<void> {
    const news = await this.#place.journal?.news();
    const isWhole = !this.#isBehind && news !== undefined;
    // The journal returns each change once: if reading them fails, the next poll reads all rows again.
    this.#isBehind = true;
    for (const state of this.#states) {
      await (isWhole ? state.adoptNews(news) : state.adoptAll());
    }
    this.#isBehind = false;
  }
}
