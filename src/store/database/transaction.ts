/**
 * What is to be written in one go, whichever database it goes to.
 *
 * @module
 */

/** That an entry is still as it was read. */
export interface Check {
  readonly key: Deno.KvKey;
  /** Null when there was nothing. */
  readonly versionstamp: string | null;
}

/** A change of one entry. */
export type Mutation =
  | {
    readonly type: "set";
    readonly key: Deno.KvKey;
    readonly value: Uint8Array;
    /** How long the entry lasts, in ms; undefined for ever. */
    readonly expireIn: number | undefined;
  }
  | { readonly type: "delete"; readonly key: Deno.KvKey }
  | { readonly type: "sum"; readonly key: Deno.KvKey; readonly amount: bigint };

/** Checks and changes: all of them hold and are made, or nothing is. */
export class Transaction {
  readonly checks: Check[] = [];
  readonly mutations: Mutation[] = [];

  /** Demands that entries are as they were read. */
  check(...checks: readonly Check[]): this {
    this.checks.push(...checks);
    return this;
  }

  /** Puts a value, in the form that `encodeValue()` gives it. */
  set(
    key: Deno.KvKey,
    value: Uint8Array,
    { expireIn }: { readonly expireIn?: number } = {},
  ): this {
    this.mutations.push({ type: "set", key, value, expireIn });
    return this;
  }

  /** Takes an entry out. */
  delete(key: Deno.KvKey): this {
    this.mutations.push({ type: "delete", key });
    return this;
  }

  /** Adds to a counter, which begins at 0. */
  sum(key: Deno.KvKey, amount: bigint): this {
    this.mutations.push({ type: "sum", key, amount });
    return this;
  }
}
