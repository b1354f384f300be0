/**
 * The journal with which the gateways of a shared store learn of each other's changes: each change of
 * kept state has a number, and a gateway polls for the numbers that it has not seen.
 *
 *     ["v1", "journal_head"]       → number of the newest note
 *     ["v1", "journal", number]    → { <field of a kind>: [entry, …], … }
 *
 * A note and its rows are written in the same transaction. A number has ten digits. A gateway reads its
 * own notes as well, so that all gateways agree when two of them change a row at the same time. It
 * ignores unknown fields, so gateways of different versions can share a store.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import type { Database, Entry } from "../database/database.ts";
import { encodeValue } from "../database/stored_value.ts";
import type { Transaction } from "../database/transaction.ts";

const HEAD = ["v1", "journal_head"] as const;
const NOTE = ["v1", "journal"] as const;

/** Time to live of a note, in ms. A gateway that polls later reads all rows again. */
const KEPT_MS = 600_000;

/** How many notes are read at once, and the number beyond which all rows are read again instead. */
const CHUNK = 10;
const MOST_NOTES = 200;

/** The changes of one transaction: entries by field. Each kind declares the content of its entries. */
export type JournalNote = Readonly<Record<string, unknown>>;

/** One gateway's access to the journal of a store. */
export class Journal {
  readonly #database: Database;
  /** The newest number that was read. */
  #seen: number | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Prepares a note, of at most 65,000 bytes.
   *
   * @returns Adds the note to a transaction, whose commit fails if another gateway was faster.
   */
  async announce(note: JournalNote): Promise<(transaction: Transaction) => void> {
    const head = await this.#database.get(HEAD);
    const number = numberIn(head) + 1;
    return (transaction) => {
      transaction.check(head).set(HEAD, encodeValue(number)).set(
        keyOf(number),
        encodeValue(note),
        { expireIn: KEPT_MS },
      );
    };
  }

  /**
   * Returns the changes since the previous call, oldest first; the first call only reads the newest
   * number.
   *
   * @returns Undefined when too many were missed: the caller must read all rows again.
   */
  async news(): Promise<readonly JournalNote[] | undefined> {
    const head = numberIn(await this.#database.get(HEAD));
    const seen = this.#seen ?? head;
    if (head < seen || head - seen > MOST_NOTES) {
      this.#seen = head;
      return undefined;
    }
    const notes: JournalNote[] = [];
    for (let first = seen + 1; first <= head; first += CHUNK) {
      const count = Math.min(CHUNK, head - first + 1);
      const keys = Array.from({ length: count }, (_, nth) => keyOf(first + nth));
      for (const { value } of await this.#database.getMany(keys)) {
        if (!isJsonObject(value)) {
          this.#seen = head;
          return undefined;
        }
        notes.push(value);
      }
    }
    this.#seen = head;
    return notes;
  }
}

function keyOf(number: number): Deno.KvKey {
  return [...NOTE, String(number).padStart(10, "0")];
}

function numberIn({ value }: Entry): number {
  return typeof value === "number" ? value : 0;
}
