/**
 * The rows of one kind of kept state in the database:
 *
 *     ["v1", name, …key]            → value
 *     ["v1", "sealed", name, …key]  → sealed value, for kinds that are declared as sealed
 *
 * Long and sealed values have the format of `long_value.ts`.
 *
 * @module
 */
import type { KeptChange, KeptKind, KeptRange, KeptRow, KeptSum } from "../../base/stored/kept.ts";
import type { Database, Entry } from "../database/database.ts";
import { encodeValue } from "../database/stored_value.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Sealing } from "../sealing/sealing.ts";
import type { Journal } from "./journal.ts";
import {
  deleteLong,
  encodeLong,
  LONG_MUTATIONS,
  LONGEST_VALUE,
  putLong,
  readLong,
  ROW_BYTES,
} from "./long_value.ts";
import { openValue, SEALED, sealValue } from "./sealed_value.ts";
import { type PreparedRow, WriteChunk } from "./write_chunk.ts";

/** Longest key, in bytes; Deno KV's limit is 2,048. */
const LONGEST_KEY = 1000;

/** How many rows Deno KV can read at once. */
const READS = 10;

/** Where rows are stored. */
export interface RowPlace {
  readonly database: Database;
  readonly sealing: Sealing;
  /** Notifies other gateways of writes; undefined if the store is not shared. */
  readonly journal: Journal | undefined;
}

/** The rows of one kind. */
export class StoredRows<Value> {
  readonly #kind: KeptKind<Value>;
  readonly #place: RowPlace;
  readonly #prefix: Deno.KvKey;
  readonly #hasLongForm: boolean;
  readonly #onDropped: (why: string) => void;

  /** @param onDropped Called for each row that does not fit into the store. */
  constructor(
    kind: KeptKind<Value>,
    { onDropped, ...place }: RowPlace & { readonly onDropped: (why: string) => void },
  ) {
    this.#kind = kind;
    this.#place = place;
    this.#onDropped = onDropped;
    this.#prefix = kind.isSealed ? [...SEALED, kind.name] : ["v1", kind.name];
    this.#hasLongForm = kind.isSealed || kind.isLong || false;
  }

  /**
   * Yields every row, or those of a range, in batches as they are read: with a million rows, the last batch comes
   * seconds after the first. They may include expired rows.
   */
  async *load(nowMs: number, range?: KeptRange): AsyncGenerator<readonly KeptRow<Value>[]> {
    // Deno KV reports such a range as an error.
    if (range !== undefined && range.until <= range.from) return;
    const { under = [] } = range ?? {};
    const keys = { prefix: [...this.#prefix, ...under], between: range };
    for await (const entries of this.#place.database.batches(keys)) {
      const rows: KeptRow<Value>[] = [];
      for (const entry of entries) {
        // With a million rows, awaiting only where it is necessary saves time.
        const value = this.#hasLongForm
          ? await this.#decodeLong(entry, nowMs)
          : this.#decode(entry.value, nowMs);
        if (value !== undefined) rows.push({ key: this.#keyIn(entry), value });
      }
      yield rows;
    }
  }

  /** Reads rows by their keys. The value is undefined where there is no row. */
  async read(
    keys: readonly (readonly string[])[],
    nowMs: number,
  ): Promise<readonly KeptChange<Value>[]> {
    const rows: KeptChange<Value>[] = [];
    for (let start = 0; start < keys.length; start += READS) {
      const some = keys.slice(start, start + READS).map((key) => [...this.#prefix, ...key]);
      for (const entry of await this.#place.database.getMany(some)) {
        const value = this.#hasLongForm
          ? await this.#decodeLong(entry, nowMs)
          : this.#decode(entry.value, nowMs);
        rows.push({ key: this.#keyIn(entry), value });
      }
    }
    return rows;
  }

  /**
   * Writes any number of changes, at the time `nowMs`. After a failure some of them may be written;
   * writing all of them again is harmless.
   */
  async write(changes: readonly KeptChange<Value>[], nowMs: number): Promise<void> {
    let chunk = this.#newChunk();
    for (const change of changes) {
      const row = await this.#prepare(change, nowMs);
      if (row === undefined) continue;
      if (!chunk.hasRoomFor(row)) {
        await this.#commit(chunk, nowMs);
        chunk = this.#newChunk();
      }
      chunk.add(row);
    }
    await this.#commit(chunk, nowMs);
  }

  /**
   * Replaces rows by their sum, in one transaction that fails if one of them was changed since it was read. Other
   * gateways are not notified.
   */
  async merge(
    from: readonly (readonly string[])[],
    { key, sum, nowMs }: KeptSum<Value> & { readonly nowMs: number },
  ): Promise<boolean> {
    const { database } = this.#place;
    const keys = [key, ...from].map((key) => [...this.#prefix, ...key]);
    const entries: Entry[] = [];
    for (let start = 0; start < keys.length; start += READS) {
      entries.push(...await database.getMany(keys.slice(start, start + READS)));
    }
    const values = entries.flatMap(({ value }) => this.#decode(value, nowMs) ?? []);
    if (values.length === 0) return true;
    const row = await this.#prepare({ key, value: sum(values) }, nowMs);
    return await database.commit((transaction) => {
      transaction.check(...entries);
      for (const { key } of entries.slice(1)) transaction.delete(key);
      row?.put(transaction);
    });
  }

  /** Writes a row in a transaction that fails if there is one. Other gateways are not notified. */
  async add(row: KeptRow<Value>, nowMs: number): Promise<boolean> {
    const prepared = await this.#prepare(row, nowMs);
    if (prepared === undefined) return false;
    return await this.#place.database.commit((transaction) => {
      transaction.check({ key: [...this.#prefix, ...row.key], versionstamp: null });
      prepared.put(transaction);
    });
  }

  #newChunk(): WriteChunk<KeptChange<Value>> {
    // Read before anything is sealed, so that the transaction fails if the key was changed since.
    return new WriteChunk(this.#place.sealing.entry);
  }

  async #commit(first: WriteChunk<KeptChange<Value>>, nowMs: number): Promise<void> {
    if (first.rows.length === 0) return;
    const { database, sealing, journal } = this.#place;
    const { isSealed, note: { field } = { field: this.#kind.name } } = this.#kind;
    let chunk = first;
    await database.settle(async () => {
      const announce = await journal?.announce({ [field]: chunk.rows.map(({ note }) => note) });
      const committed = await database.commit((transaction) => {
        for (const row of chunk.rows) row.put(transaction);
        if (isSealed) transaction.check(chunk.sealingEntry);
        announce?.(transaction);
      });
      if (committed) return true;
      if (isSealed && await sealing.renew(chunk.sealingEntry)) {
        const next = this.#newChunk();
        for (const { change } of chunk.rows) {
          const row = await this.#prepare(change, nowMs);
          if (row !== undefined) next.add(row);
        }
        chunk = next;
      }
      return undefined;
    });
  }

  /** Prepares a row for a transaction; undefined if the key does not fit into the store. */
  async #prepare(
    change: KeptChange<Value>,
    nowMs: number,
  ): Promise<PreparedRow<KeptChange<Value>> | undefined> {
    const { name, note: { encode = keyOf } = {} } = this.#kind;
    const key = [...this.#prefix, ...change.key];
    const keyBytes = new TextEncoder().encode(key.join("\0")).length + key.length;
    if (keyBytes > LONGEST_KEY) {
      this.#onDropped(
        `The key of a row of "${name}" has ${keyBytes} bytes, more than ${LONGEST_KEY}`,
      );
      return undefined;
    }
    const form = await this.#form(change, nowMs);
    const note = encode(change);
    const mutations = this.#hasLongForm ? LONG_MUTATIONS : 1;
    return {
      change,
      note,
      mutations,
      keyBytes: keyBytes * mutations,
      valueBytes: form.bytes?.length ?? 0,
      noteBytes: this.#place.journal === undefined ? 0 : encodeValue(note).length,
      put: (transaction) => this.#put(transaction, key, form),
    };
  }

  /** Encodes a row; without bytes if it is deleted, expired or too long. */
  async #form({ key, value }: KeptChange<Value>, nowMs: number): Promise<RowForm> {
    const { name, isSealed } = this.#kind;
    if (value === undefined) return {};
    const expireIn = this.#kind.leftMs(value, nowMs);
    if (expireIn <= 0) return {};
    const stored = this.#kind.encode(value, nowMs);
    const untilMs = expireIn === Infinity ? undefined : nowMs + expireIn;
    const kept = isSealed
      ? await sealValue(this.#place.sealing, stored, { key: [...this.#prefix, ...key], untilMs })
      : stored;
    const bytes = this.#hasLongForm ? encodeLong(kept) : encodeValue(kept);
    const longest = this.#hasLongForm ? LONGEST_VALUE : ROW_BYTES;
    if (bytes.length > longest) {
      this.#onDropped(`A row of "${name}" has ${bytes.length} bytes, more than ${longest}`);
      return {};
    }
    return { bytes, ...(expireIn === Infinity ? {} : { expireIn }) };
  }

  #put(transaction: Transaction, key: Deno.KvKey, { bytes, expireIn }: RowForm): void {
    const options = expireIn === undefined ? {} : { expireIn };
    if (this.#hasLongForm) {
      if (bytes === undefined) deleteLong(transaction, key);
      else putLong(transaction, key, { bytes, ...options });
    } else if (bytes === undefined) transaction.delete(key);
    else transaction.set(key, bytes, options);
  }

  async #decodeLong(entry: Entry, nowMs: number): Promise<Value | undefined> {
    const { database, sealing } = this.#place;
    const stored = await readLong(database, entry);
    const { isSealed } = this.#kind;
    const opened = isSealed ? await openValue(sealing, stored, entry.key) : stored;
    return this.#decode(opened, nowMs);
  }

  #decode(stored: unknown, nowMs: number): Value | undefined {
    return stored === undefined ? undefined : this.#kind.decode(stored, nowMs);
  }

  #keyIn({ key }: Entry): readonly string[] {
    return key.slice(this.#prefix.length).map(String);
  }
}

interface RowForm {
  readonly bytes?: Uint8Array;
  readonly expireIn?: number;
}

function keyOf({ key }: { readonly key: readonly string[] }): readonly string[] {
  return key;
}
