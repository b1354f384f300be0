/**
 * Changes on their way to the disk: kept in memory, the newest of each row only, and written together
 * once in a while. Nothing on a request's way waits for it.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";

/** What {@linkcode WriteBehind} needs. */
export interface WriteBehindOptions<Change> {
  /** Writes a batch, in full or rejecting. */
  readonly write: (batch: readonly Change[], nowMs: number) => Promise<void>;
  /** Hears of every write that failed. The batch is kept and tried again after `intervalMs`. */
  readonly onError: (error: unknown) => void;
  readonly clock: WallClock;
  /** Least time between two writes, in ms. */
  readonly intervalMs: number;
  /** Most rows whose changes are kept while the disk fails or is slow; the oldest are given up first. */
  readonly maxPending?: number;
}

/** Coalesces changes and writes them behind. */
export class WriteBehind<Change> {
  readonly #options: Required<WriteBehindOptions<Change>>;
  readonly #pending = new Map<string, Change>();
  /** What is being written. */
  #batch: ReadonlyMap<string, Change> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: WriteBehindOptions<Change>) {
    this.#options = { maxPending: 100_000, ...options };
  }

  /**
   * Notes a change.
   *
   * @param row Names the row that is changed: a later change takes the place of an earlier one.
   */
  put(row: string, change: Change): void {
    if (this.#closed) return;
    // Taken out first, so that the map's order is the order of age.
    this.#pending.delete(row);
    this.#pending.set(row, change);
    this.#giveUpOldest();
    this.#schedule();
  }

  /** The change of that row that is yet to be written, or is being written; undefined where there is none. */
  pending(row: string): Change | undefined {
    return this.#pending.get(row) ?? this.#batch.get(row);
  }

  /** Writes now what is pending. Never rejects: failures go to `onError`. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    // One write at a time, so that an older change cannot land on a newer one.
    while (this.#writing !== undefined) await this.#writing;
    if (this.#pending.size === 0) return;
    this.#writing = this.#writePending().finally(() => {
      this.#writing = undefined;
      if (this.#pending.size > 0 && !this.#closed) this.#schedule();
    });
    await this.#writing;
  }

  /** Writes what is pending and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  async #writePending(): Promise<void> {
    const batch = new Map(this.#pending);
    this.#batch = batch;
    this.#pending.clear();
    try {
      await this.#options.write([...batch.values()], this.#options.clock.now());
    } catch (error) {
      this.#takeBack(batch);
      this.#options.onError(error);
    } finally {
      this.#batch = new Map();
    }
  }

  /** Puts a failed batch back before what came since; the newer change of a row wins. */
  #takeBack(batch: ReadonlyMap<string, Change>): void {
    const newer = [...this.#pending];
    this.#pending.clear();
    for (const [row, change] of batch) this.#pending.set(row, change);
    for (const [row, change] of newer) {
      this.#pending.delete(row);
      this.#pending.set(row, change);
    }
    this.#giveUpOldest();
  }

  #giveUpOldest(): void {
    if (this.#pending.size <= this.#options.maxPending) return;
    for (const row of this.#pending.keys()) {
      if (this.#pending.size <= this.#options.maxPending) return;
      this.#pending.delete(row);
    }
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#writing !== undefined) return;
    const timer = setTimeout(() => this.flush(), this.#options.intervalMs);
    // The gateway flushes when it stops; a timer alone must not keep it alive.
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }
}
