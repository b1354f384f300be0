/**
 * Kept state that is looked up by name: recent rows in memory, and all others in the store.
 *
 * @module
 */
import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { WallClock } from "../clock.ts";
import type { Keeper, KeptChange, KeptKind, KeptRow, KeptRows } from "./kept.ts";

/** Options of a {@linkcode KeptTable}. */
export interface KeptTableOptions<Value> {
  readonly kind: KeptKind<Value>;
  readonly clock: WallClock;
  /** Most rows in memory; the least recently used are evicted first. */
  readonly capacity: number;
}

/**
 * Values by name. Names may have any length: the row's key is the name's SHA-256.
 *
 * @example Where a file lies that was uploaded
 * ```ts
 * import assert from "node:assert/strict";
 * import type { KeptKind } from "./kept.ts";
 * import { KeptTable } from "./kept_table.ts";
 * import { openStore } from "../../store/open_store.ts";
 *
 * const OWNERS: KeptKind<string> = {
 *   name: "example_owner",
 *   label: "owners of files",
 *   ifUnread: "they are looked up when they are needed",
 *   leftMs: () => 48 * 3_600_000,
 *   encode: (accountId) => accountId,
 *   decode: (stored) => typeof stored === "string" ? stored : undefined,
 * };
 * using store = await openStore({ memory: true });
 * const keeper = store.keeper({ clock: Date, onProblem: console.error });
 * const owners = new KeptTable(keeper, { kind: OWNERS, clock: Date, capacity: 1000 });
 * await owners.restore();
 * owners.set("files/abc", "account-1");
 * assert.equal(await owners.get("files/abc"), "account-1");
 * await keeper.close();
 * ```
 */
export class KeptTable<Value extends NonNullable<unknown>> {
  readonly #options: KeptTableOptions<Value>;
  readonly #rows: KeptRows<Value>;
  /** By key; the least recently used are evicted first. */
  readonly #recent: LRUCache<string, Value>;
  /** Incremented whenever a row may have changed since a pending read began. */
  #changes = 0;

  constructor(keeper: Keeper, options: KeptTableOptions<Value>) {
    this.#options = options;
    this.#recent = new LRUCache({ max: options.capacity });
    this.#rows = keeper.open(options.kind, {
      restore: (rows) => this.#restore(rows),
      adopt: (changes) => this.#adopt(changes),
      forget: () => this.#forget(),
    });
  }

  /** How many rows are in memory. */
  get size(): number {
    return this.#recent.size;
  }

  /** Reads rows into memory, as many as there is room for. Never rejects. */
  restore(): Promise<void> {
    return this.#rows.restore();
  }

  /** Stores a value, replacing an older one. */
  set(name: string, value: Value): void {
    const key = keyOf(name);
    this.#recent.set(key, value);
    this.#rows.put([key], value);
  }

  /** Deletes a value. */
  delete(name: string): void {
    const key = keyOf(name);
    this.#changes++;
    this.#recent.delete(key);
    this.#rows.delete([key]);
  }

  /** The value of a name if it is in memory. */
  peek(name: string): Value | undefined {
    return this.#recall(keyOf(name));
  }

  /**
   * The value of a name. Reads the store if the value is not in memory.
   *
   * @throws When the store cannot be read.
   */
  async get(name: string): Promise<Value | undefined> {
    const key = keyOf(name);
    const known = this.#recall(key);
    if (known !== undefined) return known;
    const changes = this.#changes;
    const found = await this.#rows.read([key]);
    // A value set during the read is newer.
    const since = this.#recall(key);
    if (since !== undefined) return since;
    if (found === undefined || !this.#lasts(found)) return undefined;
    if (changes === this.#changes) this.#recent.set(key, found);
    return found;
  }

  #restore(rows: readonly KeptRow<Value>[]): void {
    for (const { key: [key = ""], value } of rows) {
      if (this.#recent.size >= this.#options.capacity) return;
      if (!this.#recent.has(key) && this.#lasts(value)) this.#recent.set(key, value);
    }
  }

  #adopt(changes: readonly KeptChange<Value>[]): void {
    this.#changes++;
    for (const { key: [key = ""], value } of changes) {
      if (value === undefined) this.#recent.delete(key);
      // Rows that are not used here need not be in memory.
      else if (this.#recent.has(key)) this.#recent.set(key, value);
    }
  }

  #forget(): void {
    this.#changes++;
    this.#recent.clear();
  }

  #recall(key: string): Value | undefined {
    const value = this.#recent.get(key);
    if (value === undefined || this.#lasts(value)) return value;
    this.#recent.delete(key);
    return undefined;
  }

  #lasts(value: Value): boolean {
    const { kind, clock } = this.#options;
    return kind.leftMs(value, clock.now()) > 0;
  }
}

function keyOf(name: string): string {
  return hash("sha256", name, "hex");
}
