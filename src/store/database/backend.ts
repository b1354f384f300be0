/**
 * What keeps a database: a file of this machine, or a server that several machines share.
 *
 * @module
 */
import type { Transaction } from "./transaction.ts";

/** What lies under a key, as it is kept. */
export interface RawEntry {
  readonly key: Deno.KvKey;
  /** Null when there is nothing. */
  readonly versionstamp: string | null;
  /** Bytes, or a counter's number; undefined for anything else, and for nothing. */
  readonly value: Uint8Array | bigint | undefined;
}

/** Entries in key order, and where the next ones begin. */
export interface Page {
  readonly entries: readonly RawEntry[];
  /** For the next call; empty when there are no more. */
  readonly next: string;
}

/** A kept database. Every method throws a `StoreError` when it cannot be done. */
export interface Backend {
  /** Reads up to 10 entries, as they are at one moment. */
  get(keys: readonly Deno.KvKey[]): Promise<readonly RawEntry[]>;
  /**
   * Reads entries under a prefix, some at a time.
   *
   * @param from What the call before gave as `next`; empty for the first.
   */
  page(prefix: Deno.KvKey, from: string): Promise<Page>;
  /** @returns False when one of the checks failed; nothing was written then. */
  commit(transaction: Transaction): Promise<boolean>;
  close(): void;
}
