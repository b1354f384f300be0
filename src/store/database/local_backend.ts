/**
 * Deno KV in a file that several processes may use. SQLite fails at once when another process writes
 * ("database is locked"), and Deno sets no busy time-out, so every call here retries until the lock is
 * free.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { delay } from "../../base/delay.ts";
import type { Backend, KeyRange, Page, RawEntry } from "./backend.ts";
import { StoreError } from "../store_error.ts";
import type { Transaction } from "./transaction.ts";

/** Time limit for waiting until other processes finish their writes, in ms. */
const PATIENCE_MS = 10_000;

/** The longest pause between two attempts, in ms. A write holds the lock for about a millisecond. */
const LONGEST_PAUSE_MS = 50;

/** How many entries are read at a time; Deno KV's limit is 1,000. */
const BATCH = 500;

/** A database in a file. */
export class LocalBackend implements Backend {
  readonly #kv: Deno.Kv;

  private constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  /**
   * Opens the file at `path`, or `":memory:"`.
   *
   * @throws {StoreError} when it cannot be opened.
   */
  static async open(path: string): Promise<LocalBackend> {
    return new LocalBackend(await patiently("opened", () => Deno.openKv(path)));
  }

  async get(keys: readonly Deno.KvKey[]): Promise<readonly RawEntry[]> {
    const entries = await patiently("read", () => this.#kv.getMany<unknown[]>(keys));
    return entries.map(rawEntry);
  }

  async page({ prefix, between }: KeyRange, cursor: string): Promise<Page> {
    const options = { limit: BATCH, batchSize: BATCH, ...(cursor === "" ? {} : { cursor }) };
    const selector = between === undefined
      ? { prefix }
      : { start: [...prefix, between.from], end: [...prefix, between.until] };
    const { entries, next } = await patiently("read", async () => {
      const list = this.#kv.list(selector, options);
      return { entries: await Array.fromAsync(list), next: list.cursor };
    });
    return { entries: entries.map(rawEntry), next: entries.length < BATCH ? "" : next };
  }

  async commit({ checks, mutations }: Transaction): Promise<boolean> {
    const result = await patiently("written", () => {
      const operation = this.#kv.atomic().check(...checks);
      for (const mutation of mutations) {
        const { key, type } = mutation;
        if (type === "delete") operation.delete(key);
        else if (type === "sum") operation.sum(key, mutation.amount);
        else {
          const { expireIn } = mutation;
          operation.set(key, mutation.value, defined({ expireIn }));
        }
      }
      return operation.commit();
    });
    return result.ok;
  }

  /** Closes the file. Confirmed writes are on disk already. */
  close(): void {
    this.#kv.close();
  }
}

function rawEntry({ key, versionstamp, value }: Deno.KvEntryMaybe<unknown>): RawEntry {
  if (value instanceof Deno.KvU64) return { key, versionstamp, value: value.value };
  return { key, versionstamp, value: value instanceof Uint8Array ? value : undefined };
}

/** Retries `work` while another process holds SQLite's lock; other failures are final. */
async function patiently<Result>(done: string, work: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let pauseMs = 1;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (cause) {
      if (isLocked(cause) && performance.now() < deadline) {
        await delay(pauseMs);
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

/** Recognizes SQLITE_BUSY, which Deno reports as a plain error with SQLite's text. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes("database is locked");
}
