/**
 * The audit log in the database. A change and its entry are written in one transaction, so that there is none
 * without the other.
 *
 *     ["v1", "audit", id]       → { atMs, door, action, subject, detail }, newest first
 *     ["v1", "audit_count"]     → counter of all entries ever
 *     ["v1", "audit_trimmed"]   → that count, when old entries were last deleted
 *
 * @module
 */
import {
  AUDIT_DOORS,
  type AuditEntry,
  type AuditNote,
  type AuditQuestion,
  type AuditReader,
} from "../base/stored/audit_entry.ts";
import type { WallClock } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import { ignore } from "../base/ignore.ts";
import type { Database, Entry } from "./database/database.ts";
import { encodeValue } from "./database/stored_value.ts";
import type { Transaction } from "./database/transaction.ts";

const ROW = ["v1", "audit"] as const;
const COUNT = ["v1", "audit_count"] as const;
const TRIMMED = ["v1", "audit_trimmed"] as const;

/** Most entries. */
export const MOST_ENTRIES = 10_000;

/** Old entries are deleted after as many new ones. */
const TRIM_EVERY = 100;

/** How long an entry is kept, in ms: as long as usage is by default. */
const KEPT_MS = 400 * 86_400_000;

/** The largest time that an id can hold, in ms: the year 2286. */
const LAST_MS = 9_999_999_999_999;
const MS_DIGITS = 13;

/** Entries of one process are numbered modulo this. */
const ORDER_SIZE = 10_000;
const ORDER_DIGITS = 4;

/** Follows every id in the order of keys. */
const AFTER_ALL = "~";

/** The audit log of one database. */
export class AuditRows implements AuditReader {
  readonly #database: Database;
  readonly #clock: WallClock;
  /** How many entries this process has made; it orders those of one millisecond. */
  #count = 0;

  /** @param clock Default: the machine's. */
  constructor(database: Database, clock: WallClock = Date) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The entries, newest first. Those that this version cannot read are left out. */
  async list({ limit, before, sinceMs = 0 }: AuditQuestion): Promise<readonly AuditEntry[]> {
    const oldestMs = Math.max(0, Math.floor(sinceMs), this.#clock.now() - KEPT_MS);
    const between = {
      from: before === undefined ? "" : before + AFTER_ALL,
      until: timeText(oldestMs) + AFTER_ALL,
    };
    const entries: AuditEntry[] = [];
    if (between.from >= between.until) return entries;
    for await (const batch of this.#database.batches({ prefix: ROW, between })) {
      for (const row of batch) {
        if (entries.length >= limit) return entries;
        const entry = entryOf(row);
        if (entry !== undefined) entries.push(entry);
      }
    }
    return entries;
  }

  /**
   * Enters what no other transaction holds.
   *
   * @param atMs When it happened, in ms since the epoch. Default: now.
   */
  async add(note: AuditNote, atMs: number = this.#clock.now()): Promise<void> {
    const committed = await this.#database.commit((transaction) =>
      this.#enter(note, { transaction, atMs })
    );
    if (committed) await this.#trim().catch(ignore);
  }

  /**
   * Commits a change and its entry in one transaction.
   *
   * @param note Undefined for a change that is not entered.
   * @param prepare Fills the transaction with the change.
   * @returns False when one of its checks failed; nothing was written then.
   */
  async commit(
    note: AuditNote | undefined,
    prepare: (transaction: Transaction) => void,
  ): Promise<boolean> {
    const committed = await this.#database.commit((transaction) => {
      prepare(transaction);
      if (note !== undefined) this.#enter(note, { transaction, atMs: this.#clock.now() });
    });
    // The change was made. What could not be deleted now is deleted later.
    if (committed && note !== undefined) await this.#trim().catch(ignore);
    return committed;
  }

  #enter(
    { door, action, subject, detail }: AuditNote,
    at: { readonly transaction: Transaction; readonly atMs: number },
  ): void {
    const atMs = Math.min(Math.max(0, at.atMs), LAST_MS);
    this.#count = (this.#count + 1) % ORDER_SIZE;
    const order = (ORDER_SIZE - 1 - this.#count).toString().padStart(ORDER_DIGITS, "0");
    const id = `${timeText(atMs)}-${order}-${crypto.randomUUID().slice(0, 8)}`;
    const stored = { atMs, door, action, subject, detail };
    at.transaction
      .set([...ROW, id], encodeValue(stored), { expireIn: KEPT_MS })
      .sum(COUNT, 1n);
  }

  /** Deletes the oldest entries now and then, so that there are never more than {@linkcode MOST_ENTRIES}. */
  async #trim(): Promise<void> {
    const count = Number(await this.#database.count(COUNT));
    const { value } = await this.#database.get(TRIMMED);
    if (count - (typeof value === "number" ? value : 0) < TRIM_EVERY) return;
    let kept = 0;
    for await (const batch of this.#database.batches({ prefix: ROW })) {
      const over = batch.slice(Math.max(0, MOST_ENTRIES - TRIM_EVERY - kept));
      kept += batch.length - over.length;
      if (over.length === 0) continue;
      await this.#database.commit((transaction) => {
        for (const { key } of over) transaction.delete(key);
      });
    }
    await this.#database.commit((transaction) => transaction.set(TRIMMED, encodeValue(count)));
  }
}

/** The part of an id that orders by time, the newest first. */
function timeText(ms: number): string {
  return (LAST_MS - ms).toString().padStart(MS_DIGITS, "0");
}

function entryOf({ key, value }: Pick<Entry, "key" | "value">): AuditEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  const { atMs, action, subject, detail } = value;
  const door = AUDIT_DOORS.find((one) => one === value["door"]);
  if (door === undefined || typeof atMs !== "number" || typeof action !== "string") {
    return undefined;
  }
  return {
    id: String(key.at(-1)),
    at: new Date(atMs).toISOString(),
    door,
    action,
    subject: typeof subject === "string" ? subject : "",
    detail: typeof detail === "string" ? detail : "",
  };
}
