/**
 * Deno KV as several processes may use it: SQLite refuses at once when another process writes
 * ("database is locked"), and Deno sets no busy time-out, so every call here waits its turn.
 *
 * @module
 */
import { StoreError } from "./store_error.ts";
import { decodeValue } from "./stored_value.ts";

/** How long a call waits for other processes to finish their writes, in ms. */
const PATIENCE_MS = 10_000;

/** The longest pause between two tries, in ms. A write holds the lock for about a millisecond. */
const LONGEST_PAUSE_MS = 50;

/** How often a compare-and-set is tried anew when others keep changing what it read. */
const COMMIT_TRIES = 200;

/** How many entries are read at a time; Deno KV's most is 1,000. */
const BATCH = 500;

/** What lies under a key; a transaction can check that it still does. */
export interface Entry {
  readonly key: Deno.KvKey;
  /** Null when there is nothing. */
  readonly versionstamp: string | null;
  /** Undefined when there is nothing, or nothing that can be read. */
  readonly value: unknown;
}

/** An open Deno KV. */
export class Database {
  readonly #kv: Deno.Kv;

  private constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  /**
   * Opens the file at `path`, or `":memory:"`.
   *
   * @throws {StoreError} when it cannot be opened.
   */
  static async open(path: string): Promise<Database> {
    return new Database(await patiently("opened", () => Deno.openKv(path)));
  }

  /** Reads one entry. */
  async get(key: Deno.KvKey): Promise<Entry> {
    const { value, versionstamp } = await patiently("read", () => this.#kv.get(key));
    return { key, versionstamp, value: decodeValue(value) };
  }

  /** Reads every entry under a prefix, in key order. */
  async list(prefix: Deno.KvKey): Promise<readonly Entry[]> {
    const entries = await patiently(
      "read",
      () => Array.fromAsync(this.#kv.list({ prefix }, { batchSize: BATCH })),
    );
    return entries.map((entry) => ({ ...entry, value: decodeValue(entry.value) }));
  }

  /** Reads every entry under a prefix, in key order, some at a time. */
  async *batches(prefix: Deno.KvKey): AsyncGenerator<readonly Entry[]> {
    for (let cursor = "", isFirst = true; isFirst || cursor !== ""; isFirst = false) {
      const from = cursor;
      const options = { limit: BATCH, batchSize: BATCH, ...(from === "" ? {} : { cursor: from }) };
      const { entries, next } = await patiently("read", async () => {
        const list = this.#kv.list({ prefix }, options);
        return { entries: await Array.fromAsync(list), next: list.cursor };
      });
      yield entries.map((entry) => ({ ...entry, value: decodeValue(entry.value) }));
      cursor = entries.length < BATCH ? "" : next;
    }
  }

  /** Reads a counter that transactions add to; 0 when nothing was added yet. */
  async count(key: Deno.KvKey): Promise<bigint> {
    const { value } = await patiently("read", () => this.#kv.get(key));
    return value instanceof Deno.KvU64 ? value.value : 0n;
  }

  /**
   * Writes what `prepare` puts into a fresh transaction, its values through `encodeValue()`.
   *
   * @returns False when one of its checks failed; nothing was written then.
   */
  async commit(prepare: (transaction: Deno.AtomicOperation) => void): Promise<boolean> {
    const result = await patiently("written", () => {
      const transaction = this.#kv.atomic();
      prepare(transaction);
      return transaction.commit();
    });
    return result.ok;
  }

  /**
   * Runs `attempt`, which reads, decides and commits with checks, until its commit holds. So an edit
   * is always made to what is there now, and none is lost to another process.
   *
   * @param attempt Resolves to undefined when its commit failed and it wants to be run again.
   * @throws {StoreError} when it never holds.
   */
  async settle<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
    for (let left = COMMIT_TRIES; left > 0; left--) {
      const result = await attempt();
      if (result !== undefined) return result;
    }
    throw new StoreError("Other processes keep changing the same data; try again");
  }

  /** Closes the file. Writes that were answered are on disk already. */
  close(): void {
    this.#kv.close();
  }
}

/** Runs `work` again while another process holds SQLite's lock; other failures are final. */
async function patiently<Result>(done: string, work: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let pauseMs = 1;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (cause) {
      if (isLocked(cause) && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        continue;
      }
      const reason = cause instanceof Error ? cause.message : String(cause);
      const advice = isLocked(cause)
        ? "stop the other process that uses it, and try again"
        : "check the disk, or put the data folder back from a backup";
      throw new StoreError(`The database cannot be ${done}: ${reason}; ${advice}`, { cause });
    }
  }
}

/** SQLite's SQLITE_BUSY, which Deno hands on as a plain error with SQLite's text. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes("database is locked");
}
