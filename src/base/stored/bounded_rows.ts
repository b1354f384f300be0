/**
 * A bound for the total size of one kind's rows in the store, without an index: rows are counted by the hour of
 * their last use now and then, and the least recently used are deleted where there are too many.
 *
 * @module
 */
import { ignore } from "../ignore.ts";
import type { KeptRow, KeptRows } from "./kept.ts";

/** Options of {@linkcode BoundedRows}. */
export interface BoundedRowsOptions<Value> {
  /** Most bytes of all rows. As much again as a {@linkcode SHARE} of it may be added before it is noticed. */
  readonly maxBytes: number;
  /** The size of a row, in bytes. */
  readonly sizeOf: (value: Value) => number;
  /** When a row was last used, in ms since the epoch. */
  readonly usedAtMs: (value: Value) => number;
  /** Called if the store fails: the rows are counted again later. */
  readonly onError: (error: unknown) => void;
}

/** The rows are counted whenever this share of the bound was written, and this share is made free. */
const SHARE = 1 / 8;

const HOUR_MS = 3_600_000;

/** Keeps the rows of a kind below a size. */
export class BoundedRows<Value> {
  readonly #rows: Pick<KeptRows<Value>, "scan" | "remove">;
  readonly #options: BoundedRowsOptions<Value>;
  /** Bytes that may be written until the rows are counted. None at first: what there is, is not known. */
  #left = 0;
  #counting: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    rows: Pick<KeptRows<Value>, "scan" | "remove">,
    options: BoundedRowsOptions<Value>,
  ) {
    this.#rows = rows;
    this.#options = options;
  }

  /** Notes that a row is added. The rows are counted in the background if it is time. */
  added(value: Value): void {
    const { maxBytes, sizeOf, onError } = this.#options;
    this.#left -= sizeOf(value);
    if (this.#left >= 0 || this.#counting !== undefined || this.#isClosed) return;
    this.#left = maxBytes * SHARE;
    this.#counting = this.#bound().catch((error: unknown) => {
      if (!this.#isClosed) onError(error);
    }).finally(() => this.#counting = undefined);
  }

  /** Resolves when the rows are not being counted. Never rejects. */
  async settled(): Promise<void> {
    await this.#counting?.catch(ignore);
  }

  /** Counts no more rows; resolves when nothing of this uses the store. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settled();
  }

  async #bound(): Promise<void> {
    const { maxBytes, sizeOf } = this.#options;
    const sizes = new Map<number, number>();
    let total = 0;
    for await (const rows of this.#rows.scan()) {
      if (this.#isClosed) return;
      for (const { value } of rows) {
        const size = sizeOf(value);
        const hour = this.#hourOf(value);
        total += size;
        sizes.set(hour, (sizes.get(hour) ?? 0) + size);
      }
    }
    if (total > maxBytes) await this.#delete(sizes, total - maxBytes * (1 - SHARE));
  }

  /** Deletes the rows of the oldest hours; of the last of these, as many as are too many. */
  async #delete(sizes: ReadonlyMap<number, number>, bytes: number): Promise<void> {
    let last = -Infinity;
    let older = 0;
    for (const [hour, size] of [...sizes].sort(([a], [b]) => a - b)) {
      last = hour;
      if (older + size >= bytes) break;
      older += size;
    }
    let ofLast = bytes - older;
    const isOld = ({ value }: KeptRow<Value>) => {
      const hour = this.#hourOf(value);
      if (hour !== last || ofLast <= 0) return hour < last;
      ofLast -= this.#options.sizeOf(value);
      return true;
    };
    for await (const rows of this.#rows.scan()) {
      if (this.#isClosed) return;
      const old = rows.filter(isOld);
      if (old.length > 0) await this.#rows.remove(old.map(({ key }) => key));
    }
  }

  #hourOf(value: Value): number {
    return Math.floor(this.#options.usedAtMs(value) / HOUR_MS);
  }
}
