/**
 * The rows of one transaction, within Deno KV's limits: 1,000 mutations, 819,200 bytes, of which 81,920
 * for keys; and the journal's note of them is one row, of at most 65,536 bytes.
 *
 * @module
 */
import type { Entry } from "../database/database.ts";
import type { Transaction } from "../database/transaction.ts";

const MOST_MUTATIONS = 500;
const MOST_KEY_BYTES = 50_000;
const MOST_VALUE_BYTES = 500_000;
const MOST_NOTE_BYTES = 50_000;

/** A row that is ready to write. */
export interface PreparedRow<Change> {
  readonly change: Change;
  /** Its entry in the journal's note. */
  readonly note: readonly unknown[];
  readonly mutations: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly noteBytes: number;
  put(transaction: Transaction): void;
}

/** The rows of one transaction. */
export class WriteChunk<Change> {
  readonly rows: PreparedRow<Change>[] = [];
  /** The checks of the transaction if the rows are sealed. */
  readonly sealingEntry: Entry;
  #mutations = 0;
  #keyBytes = 0;
  #valueBytes = 0;
  #noteBytes = 0;

  constructor(sealingEntry: Entry) {
    this.sealingEntry = sealingEntry;
  }

  /** Whether another row fits; the first always does. */
  hasRoomFor(row: PreparedRow<Change>): boolean {
    return this.rows.length === 0 ||
      this.#mutations + row.mutations <= MOST_MUTATIONS &&
        this.#keyBytes + row.keyBytes <= MOST_KEY_BYTES &&
        this.#valueBytes + row.valueBytes <= MOST_VALUE_BYTES &&
        this.#noteBytes + row.noteBytes <= MOST_NOTE_BYTES;
  }

  /** Adds a row. */
  add(row: PreparedRow<Change>): void {
    this.rows.push(row);
    this.#mutations += row.mutations;
    this.#keyBytes += row.keyBytes;
    this.#valueBytes += row.valueBytes;
    this.#noteBytes += row.noteBytes + 1;
  }
}
