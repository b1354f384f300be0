/**
 * A transaction, independent of the kind of database.
 *
 * @module
 */

/** A check that an entry is unchanged since it was read. */
export interface Check {
  readonly key: Deno.KvKey;
  /** Null if there was no entry. */
  readonly versionstamp: string | null;
}

/** A change of one entry. */
export type Mutation =
  | {
    readonly type: "set";
    readonly key: Deno.KvKey;
    readonly value: Uint8Array;
    /** Time to live of the entry, in ms; undefined for no expiry. */
    readonly expireIn: number | undefined;
  }
  | { readonly type: "delete"; readonly key: Deno.KvKey }
  | { readonly type: "sum"; readonly key: Deno.KvKey; readonly amount: bigint };

/** Checks and changes: if all checks hold, all changes are made, else none. */
export class Transaction {
  readonly checks: Check[] = [];
  readonly mutations: Mutation[] = [];

  /** Requires that entries are unchanged since they were read. */
  check(...checks: readonly Check[]): this {
    this.checks.push(...checks);
    return this;
  }

  /** Sets a value that was encoded with `encodeValue()`. */
  set(
    key: Deno.KvKey,
    value: Uint8Array,
    { expireIn }: { readonly expireIn?: number } = {},
  ): this {
    this.mutations.push({ type: "set", key, value, expireIn });
    return this;
  }

  /** Deletes an entry. */
  delete(key: Deno.KvKey): this {
    this.mutations.push({ type: "delete", key });
    return this;
  }

  /** Adds to a counter, which starts at 0. */
  sum(key: Deno.KvKey, amount: bigint): this {
    this.mutations.push({ type: "sum", key, amount });
    return this;
  }
}
