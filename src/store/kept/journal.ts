/**
 * What the gateways of a shared store tell each other: each change of kept state has a number, and a
 * gateway that follows reads the numbers that it has not seen.
 *
 *     ["v1", "journal_head"]       → number of the newest
 *     ["v1", "journal", number]    → { <field of a kind>: [entry, …], … }
 *
 * The rows themselves are written in the same transaction. A number is ten digits long. A gateway reads
 * its own notes as well, so that all gateways agree where two of them change one row at once. It passes
 * over fields that it does not know, so gateways of different versions can share a store.
 *
 * @module
 */
import { isJsonObject } from "../../base/json.ts";
import type { Database, Entry } from "../database/database.ts";
import { encodeValue } from "../database/stored_value.ts";
import type { Transaction } from "../database/transaction.ts";

const HEAD = ["v1", "journal_head"] as const;
const NOTE = ["v1", "journal"] as const;

/** How long a note is kept, in ms. A gateway that comes later reads the rows anew. */
const KEPT_MS = 600_000;

/** How many notes are read at once, and after how many it is simpler to read the rows anew. */
const CHUNK = 10;
const MOST_NOTES = 200;

/** What one transaction changed: entries by field. What an entry holds, its kind declares. */
export type JournalNote = Readonly<Record<string, unknown>>;

/** The journal of one store, as one gateway writes and follows it. */
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
   * @returns Puts the note into a transaction, whose commit fails where another gateway was faster.
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
   * What was changed since the call before, oldest first; the first call only finds out where the
   * journal is.
   *
   * @returns Undefined when too much was missed: all rows are to be read anew.
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
