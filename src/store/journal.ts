/**
 * What the gateways of a shared store tell each other: each change of conversations and cool-downs has
 * a number, and whoever follows reads the numbers that it has not seen.
 *
 *     ["v1", "journal_head"]       → number of the newest
 *     ["v1", "journal", number]    → { sessions?, coolDowns? }
 *
 * The rows themselves are written in the same transaction. A number is ten digits long. A gateway reads
 * its own notes as well: so all of them come to the same end, where two change one thing at once.
 *
 * @module
 */
import type { Database, Entry } from "./database/database.ts";
import { encodeValue } from "./database/stored_value.ts";
import type { Transaction } from "./database/transaction.ts";

const HEAD = ["v1", "journal_head"] as const;
const NOTE = ["v1", "journal"] as const;

/** How long a note is kept, in ms. Who comes later reads the rows anew. */
const KEPT_MS = 600_000;

/** How many notes are read at once, and after how many it is simpler to read the rows anew. */
const CHUNK = 10;
const MOST_NOTES = 200;

/** A conversation's account from now on; null for none. */
export type SessionNote = readonly [
  fingerprint: string,
  accountId: string | null,
  expiresAtMs: number,
];

/** What changed. */
export interface JournalNote {
  readonly sessions?: readonly SessionNote[];
  /** Which cool-downs began, were prolonged or ended: account and model. */
  readonly coolDowns?: readonly (readonly [accountId: string, model: string])[];
}

/** The journal of one store, as one gateway writes and follows it. */
export class Journal {
  readonly #database: Database;
  /** The newest number that was read. */
  #seen: number | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes what `prepare` puts into a transaction, and tells the others. */
  async commit(note: JournalNote, prepare: (transaction: Transaction) => void): Promise<void> {
    await this.#database.settle(async () => {
      const head = await this.#database.get(HEAD);
      const number = numberIn(head) + 1;
      const committed = await this.#database.commit((transaction) => {
        prepare(transaction);
        transaction.check(head).set(HEAD, encodeValue(number)).set(
          keyOf(number),
          encodeValue(note),
          { expireIn: KEPT_MS },
        );
      });
      return committed || undefined;
    });
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
        if (!isNote(value)) {
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

function isNote(value: unknown): value is JournalNote {
  if (typeof value !== "object" || value === null) return false;
  const { sessions, coolDowns }: Record<string, unknown> = { ...value };
  return (sessions === undefined || isListOf(sessions, isSessionNote)) &&
    (coolDowns === undefined || isListOf(coolDowns, isCoolDownNote));
}

function isListOf(value: unknown, isItem: (item: readonly unknown[]) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => Array.isArray(item) && isItem(item));
}

function isSessionNote([fingerprint, accountId, expiresAtMs]: readonly unknown[]): boolean {
  return typeof fingerprint === "string" && typeof expiresAtMs === "number" &&
    (accountId === null || typeof accountId === "string");
}

function isCoolDownNote([accountId, model]: readonly unknown[]): boolean {
  return typeof accountId === "string" && typeof model === "string";
}
