/**
 * The database that the rest of the store uses: values as JSON, reads, and writes with checks on what
 * was read.
 *
 * @module
 */
import type { Backend, KeyRange, RawEntry } from "./backend.ts";
import { StoreError } from "../store_error.ts";
import { decodeValue } from "./stored_value.ts";
import { type Check, Transaction } from "./transaction.ts";

/** How often a compare-and-set is retried when other processes keep changing what it read. */
const COMMIT_TRIES = 200;

/** An entry; a transaction can check that it is unchanged. */
export interface Entry extends Check {
  /** Undefined if there is no entry, or it cannot be read. */
  readonly value: unknown;
}

/** An open database. */
export class Database {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Reads one entry. */
  async get(key: Deno.KvKey): Promise<Entry> {
    const [entry] = await this.getMany([key]);
    return entry ?? { key, versionstamp: null, value: undefined };
  }

  /** Reads up to 10 entries in one consistent snapshot. */
  async getMany(keys: readonly Deno.KvKey[]): Promise<readonly Entry[]> {
    return (await this.#backend.get(keys)).map(decoded);
  }

  /** Reads up to 10 entries that hold parts of a value, in one consistent snapshot. */
  async getBytes(
    keys: readonly Deno.KvKey[],
  ): Promise<readonly (Check & { readonly bytes: Uint8Array })[]> {
    return (await this.#backend.get(keys)).map(({ key, versionstamp, value }) => ({
      key,
      versionstamp,
      bytes: value instanceof Uint8Array ? value : new Uint8Array(),
    }));
  }

  /** Reads every entry under a prefix, in key order. */
  async list(prefix: Deno.KvKey): Promise<readonly Entry[]> {
    return (await Array.fromAsync(this.batches({ prefix }))).flat();
  }

  /** Reads every entry of a range, in key order, in batches. */
  async *batches(range: KeyRange): AsyncGenerator<readonly Entry[]> {
    let cursor = "";
    do {
      const { entries, next } = await this.#backend.page(range, cursor);
      yield entries.map(decoded);
      cursor = next;
    } while (cursor !== "");
  }

  /** Reads a counter that transactions add to; 0 when nothing was added yet. */
  async count(key: Deno.KvKey): Promise<bigint> {
    const [entry] = await this.#backend.get([key]);
    return typeof entry?.value === "bigint" ? entry.value : 0n;
  }

  /**
   * Commits a new transaction that `prepare` fills; values must be encoded with `encodeValue()`.
   *
   * @returns False when one of its checks failed; nothing was written then.
   */
  async commit(prepare: (transaction: Transaction) => void): Promise<boolean> {
    const transaction = new Transaction();
    prepare(transaction);
    return await this.#backend.commit(transaction);
  }

  /**
   * Runs `attempt`, which reads, decides and commits with checks, until its commit succeeds. So an edit
   * always applies to the current state, and no other process can overwrite it unseen.
   *
   * @param attempt Resolves to undefined when its commit failed and it must run again.
   * @throws {StoreError} when no attempt succeeds.
   */
  async settle<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
    for (let left = COMMIT_TRIES; left > 0; left--) {
      const result = await attempt();
      if (result !== undefined) return result;
    }
    throw new StoreError("Other processes keep changing the same data; try again");
  }

  /** Closes it. */
  close(): void {
    this.#backend.close();
  }
}

function decoded({ key, versionstamp, value }: RawEntry): Entry {
  return { key, versionstamp, value: decodeValue(value) };
}
