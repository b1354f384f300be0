/**
 * Buffers changes in memory, only the newest of each row, and writes them together at intervals. No
 * request waits for a write.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";

/** Options of {@linkcode WriteBehind}. */
export interface WriteBehindOptions<Change> {
  /** Writes a batch completely, or rejects. */
  readonly write: (batch: readonly Change[], nowMs: number) => Promise<void>;
  /** Called for every failed write. The batch is kept and retried after `intervalMs`. */
  readonly onError: (error: unknown) => void;
  readonly clock: WallClock;
  /** Least time between two writes, in ms. */
  readonly intervalMs: number;
  /** Most rows with buffered changes while the disk fails or is slow; the oldest are dropped first. */
  readonly maxPending?: number;
}

/** Coalesces changes and writes them behind. */
export class WriteBehind<Change> {
  readonly #options: Required<WriteBehindOptions<Change>>;
  readonly #pending = new Map<string, Change>();
  /** The batch that is being written. */
  #batch: ReadonlyMap<string, Change> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #closed = false;
  /** When the oldest change in `#pending`, and in `#batch`, was put. */
  #pendingSince: number | undefined;
  #batchSince: number | undefined;

  constructor(options: WriteBehindOptions<Change>) {
    this.#options = { maxPending: 100_000, ...options };
  }

  /**
   * Buffers a change.
   *
   * @param row Identifies the changed row: a later change replaces an earlier one.
   */
  put(row: string, change: Change): void {
    if (this.#closed) return;
    // Deleted first, so that the map is ordered by age.
    this.#pending.delete(row);
    this.#pending.set(row, change);
    this.#pendingSince ??= this.#options.clock.now();
    this.#giveUpOldest();
    this.#schedule();
  }

  /** When the oldest change that is not written yet was put, in ms since the epoch; undefined if there is none. */
  get unwrittenSince(): number | undefined {
    return this.#batchSince ?? this.#pendingSince;
  }

  /** Returns the change of that row that is pending or being written; undefined if there is none. */
  pending(row: string): Change | undefined {
    return this.#pending.get(row) ?? this.#batch.get(row);
  }

  /** Writes pending changes now. Never rejects: failures go to `onError`. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    // One write at a time, so that an older change cannot overwrite a newer one.
    while (this.#writing !== undefined) await this.#writing;
    if (this.#pending.size === 0) return;
    this.#writing = this.#writePending().finally(() => {
      this.#writing = undefined;
      if (this.#pending.size > 0 && !this.#closed) this.#schedule();
    });
    await this.#writing;
  }

  /** Writes pending changes and accepts no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  async #writePending(): Promise<void> {
    const batch = new Map(this.#pending);
    this.#batch = batch;
    this.#batchSince = this.#pendingSince;
    this.#pending.clear();
    this.#pendingSince = undefined;
    try {
      await this.#options.write([...batch.values()], this.#options.clock.now());
    } catch (error) {
      this.#takeBack(batch);
      this.#pendingSince = this.#batchSince;
      this.#options.onError(error);
    } finally {
      this.#batch = new Map();
      this.#batchSince = undefined;
    }
  }

  /** Puts a failed batch back before newer changes; the newest change of a row wins. */
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
    // The gateway flushes when it stops; the timer must not keep the process alive.
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }
}
