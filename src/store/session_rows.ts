/**
 * Sessions in the database: which account answers a conversation, until when.
 *
 *     ["v1", "session", fingerprint]  → { accountId, expiresAtMs }
 *
 * @module
 */
import type { Database } from "./database/database.ts";
import type { Journal, SessionNote } from "./journal.ts";
import { encodeValue } from "./database/stored_value.ts";
import type { Transaction } from "./database/transaction.ts";

const ROW = ["v1", "session"] as const;

/**
 * Entries per transaction. Deno KV takes 1,000 mutations, 819,200 bytes, of which 81,920 of keys: a
 * key with a SHA-256 in hexadecimal has about 80 bytes, so 500 stays well inside all three.
 */
const CHUNK = 500;

/** The same where each is noted in the journal as well: a note has at most 65,536 bytes. */
const JOURNAL_CHUNK = 200;

/** A conversation bound to an account. */
export interface SessionRow {
  /** The conversation's fingerprint, at most 128 characters. */
  readonly fingerprint: string;
  readonly accountId: string;
  /** When the binding ends, in ms since the epoch. */
  readonly expiresAtMs: number;
}

/** What to write of one conversation: its binding, or that it has none any more. */
export type SessionChange = SessionRow | { readonly fingerprint: string; readonly accountId: null };

/** The session rows of one database. */
export class SessionRows {
  readonly #database: Database;
  readonly #journal: Journal | undefined;

  /** @param journal Tells other gateways of what is written; undefined where there are none. */
  constructor(database: Database, journal?: Journal) {
    this.#database = database;
    this.#journal = journal;
  }

  /**
   * Every binding that has not ended at `nowMs`, in batches as they are read: of a million, the last
   * come seconds after the first.
   */
  async *load(nowMs: number): AsyncGenerator<readonly SessionRow[]> {
    for await (const entries of this.#database.batches(ROW)) {
      const sessions: SessionRow[] = [];
      for (const { key, value } of entries) {
        // Deno KV promises to expire a row some time after its end, not at it.
        if (isSession(value) && value.expiresAtMs > nowMs) {
          sessions.push({
            fingerprint: String(key.at(-1)),
            accountId: value.accountId,
            expiresAtMs: value.expiresAtMs,
          });
        }
      }
      yield sessions;
    }
  }

  /**
   * Writes a batch of any size, as seen at `nowMs`. A failure may leave the first chunks written;
   * writing the whole batch again is harmless.
   */
  async write(batch: readonly SessionChange[], nowMs: number): Promise<void> {
    const size = this.#journal === undefined ? CHUNK : JOURNAL_CHUNK;
    for (let start = 0; start < batch.length; start += size) {
      await this.#commit(batch.slice(start, start + size), nowMs);
    }
  }

  async #commit(chunk: readonly SessionChange[], nowMs: number): Promise<void> {
    function prepare(transaction: Transaction): void {
      for (const change of chunk) put(transaction, change, nowMs);
    }
    if (this.#journal === undefined) await this.#database.commit(prepare);
    else await this.#journal.commit({ sessions: chunk.map(toNote) }, prepare);
  }
}

function put(transaction: Transaction, change: SessionChange, nowMs: number): void {
  const key = [...ROW, change.fingerprint];
  if (change.accountId === null || change.expiresAtMs <= nowMs) {
    transaction.delete(key);
    return;
  }
  const { accountId, expiresAtMs } = change;
  transaction.set(key, encodeValue({ accountId, expiresAtMs }), {
    expireIn: expiresAtMs - nowMs,
  });
}

function toNote(change: SessionChange): SessionNote {
  return [change.fingerprint, change.accountId, change.accountId === null ? 0 : change.expiresAtMs];
}

function isSession(value: unknown): value is { accountId: string; expiresAtMs: number } {
  return typeof value === "object" && value !== null &&
    "accountId" in value && typeof value.accountId === "string" &&
    "expiresAtMs" in value && typeof value.expiresAtMs === "number";
}
