/**
 * Session bindings on their way to the disk: kept in memory, the newest of each conversation only, and
 * written together once in a while. Nothing on a request's way waits for it.
 *
 * @module
 */
import type { SessionChange } from "./session_rows.ts";

/** What {@linkcode WriteBehind} needs. */
export interface WriteBehindOptions {
  /** Writes a batch, in full or rejecting. */
  readonly write: (batch: readonly SessionChange[], nowMs: number) => Promise<void>;
  /** Hears of every write that failed. The batch is kept and tried again after `intervalMs`. */
  readonly onError: (error: unknown) => void;
  readonly clock: { now(): number };
  /** Least time between two writes, in ms. */
  readonly intervalMs: number;
  /** Most conversations kept while the disk fails; the oldest are given up first. */
  readonly maxPending?: number;
}

/** Coalesces bindings and writes them behind. */
export class WriteBehind {
  readonly #options: Required<WriteBehindOptions>;
  readonly #pending = new Map<string, SessionChange>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: WriteBehindOptions) {
    this.#options = { maxPending: 10_000, ...options };
  }

  /** Notes that a conversation belongs to an account until `expiresAtMs` (ms since the epoch). */
  bind(fingerprint: string, accountId: string, expiresAtMs: number): void {
    this.#put({ fingerprint, accountId, expiresAtMs });
  }

  /** Notes that a conversation belongs to no account any more. */
  unbind(fingerprint: string): void {
    this.#put({ fingerprint, accountId: null });
  }

  /** Writes now what is pending. Never rejects: failures go to `onError`. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    // One write at a time, so that an older binding cannot land on a newer one.
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

  #put(change: SessionChange): void {
    if (this.#closed) return;
    // Taken out first, so that the map's order is the order of age.
    this.#pending.delete(change.fingerprint);
    this.#pending.set(change.fingerprint, change);
    this.#giveUpOldest();
    this.#schedule();
  }

  async #writePending(): Promise<void> {
    const batch = [...this.#pending.values()];
    this.#pending.clear();
    try {
      await this.#options.write(batch, this.#options.clock.now());
    } catch (error) {
      this.#takeBack(batch);
      this.#options.onError(error);
    }
  }

  /** Puts a failed batch back before what came since; the newer binding of a conversation wins. */
  #takeBack(batch: readonly SessionChange[]): void {
    const newer = [...this.#pending];
    this.#pending.clear();
    for (const change of batch) this.#pending.set(change.fingerprint, change);
    for (const [fingerprint, change] of newer) {
      this.#pending.delete(fingerprint);
      this.#pending.set(fingerprint, change);
    }
    this.#giveUpOldest();
  }

  #giveUpOldest(): void {
    for (const fingerprint of this.#pending.keys()) {
      if (this.#pending.size <= this.#options.maxPending) return;
      this.#pending.delete(fingerprint);
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
