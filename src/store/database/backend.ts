/**
 * The interface of a database's storage: a file on this machine, or a server that several machines share.
 *
 * @module
 */
import type { Transaction } from "./transaction.ts";

/** An entry as it is stored. */
export interface RawEntry {
  readonly key: Deno.KvKey;
  /** Null if there is no entry. */
  readonly versionstamp: string | null;
  /** Bytes, or a counter's number; undefined for other types and for a missing entry. */
  readonly value: Uint8Array | bigint | undefined;
}

/** Entries in key order, and the cursor of the next ones. */
export interface Page {
  readonly entries: readonly RawEntry[];
  /** The cursor for the next call; empty if there are no more. */
  readonly next: string;
}

/** The entries to read: all under a prefix, or those whose next part of the key is between two texts. */
export interface KeyRange {
  readonly prefix: Deno.KvKey;
  /** `from` is included, `until` is not. Default: all. */
  readonly between?: { readonly from: string; readonly until: string } | undefined;
}

/** The storage of a database. Every method throws a `StoreError` when it fails. */
export interface Backend {
  /** Reads up to 10 entries in one consistent snapshot. */
  get(keys: readonly Deno.KvKey[]): Promise<readonly RawEntry[]>;
  /**
   * Reads entries in batches.
   *
   * @param cursor The `next` of the previous call; empty for the first.
   */
  page(range: KeyRange, cursor: string): Promise<Page>;
  /** @returns False if one of the checks failed; nothing was written then. */
  commit(transaction: Transaction): Promise<boolean>;
  close(): void;
}
