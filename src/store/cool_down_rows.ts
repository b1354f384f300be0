/**
 * Cool-downs in the database: which account rests, for which model, until when and why.
 *
 *     ["v1", "cool_down", account id, model]  → { kind, untilMs, reason, step }
 *
 * The model is empty where the whole account rests.
 *
 * @module
 */
import type { Database } from "./database.ts";
import type { Journal } from "./journal.ts";
import { encodeValue } from "./stored_value.ts";
import type { Transaction } from "./transaction.ts";

const ROW = ["v1", "cool_down"] as const;

/** Entries per transaction: Deno KV takes 819,200 bytes, of which 81,920 of keys. */
const CHUNK = 100;

/** Longest reason kept, in characters: upstream's words can quote a request. */
const LONGEST_REASON = 1000;

/** Longest model id that is kept, in characters: Deno KV keys end at 2,048 bytes. */
const LONGEST_MODEL = 200;

/** A cool-down as it is kept. What `kind` says is not the store's to know. */
export interface CoolDownRow<Kind extends string = string> {
  readonly accountId: string;
  readonly model: string;
  readonly kind: Kind;
  /** In ms since the epoch. */
  readonly untilMs: number;
  readonly reason: string;
  readonly step: number;
}

/** What to write of one: itself, or that it is over. */
export type CoolDownChange =
  | CoolDownRow
  | { readonly accountId: string; readonly model: string; readonly untilMs: null };

/** The cool-down rows of one database. */
export class CoolDownRows {
  readonly #database: Database;
  readonly #journal: Journal | undefined;

  /** @param journal Tells other gateways of what is written; undefined where there are none. */
  constructor(database: Database, journal?: Journal) {
    this.#database = database;
    this.#journal = journal;
  }

  /**
   * Every cool-down that has not ended at `nowMs`.
   *
   * @param isKind Whether this version knows a kind; rows of others are left out.
   */
  async load<Kind extends string>(
    nowMs: number,
    isKind: (kind: string) => kind is Kind,
  ): Promise<readonly CoolDownRow<Kind>[]> {
    const rows: CoolDownRow<Kind>[] = [];
    for (const { key, value } of await this.#database.list(ROW)) {
      const [accountId, model] = key.slice(ROW.length);
      if (!isStored(value) || value.untilMs <= nowMs || !isKind(value.kind)) continue;
      const { kind, untilMs, reason, step } = value;
      rows.push({
        accountId: String(accountId),
        model: String(model),
        kind,
        untilMs,
        reason,
        step,
      });
    }
    return rows;
  }

  /**
   * Writes a batch of any size, as seen at `nowMs`. A failure may leave the first chunks written;
   * writing the whole batch again is harmless.
   */
  async write(batch: readonly CoolDownChange[], nowMs: number): Promise<void> {
    const fitting = batch.filter(({ model }) => model.length <= LONGEST_MODEL);
    for (let start = 0; start < fitting.length; start += CHUNK) {
      await this.#commit(fitting.slice(start, start + CHUNK), nowMs);
    }
  }

  async #commit(chunk: readonly CoolDownChange[], nowMs: number): Promise<void> {
    function prepare(transaction: Transaction): void {
      for (const change of chunk) put(transaction, change, nowMs);
    }
    if (this.#journal === undefined) {
      await this.#database.commit(prepare);
      return;
    }
    const coolDowns = chunk.map(({ accountId, model }) => [accountId, model] as const);
    await this.#journal.commit({ coolDowns }, prepare);
  }
}

function put(transaction: Transaction, change: CoolDownChange, nowMs: number): void {
  const key = [...ROW, change.accountId, change.model];
  if (change.untilMs === null || change.untilMs <= nowMs) {
    transaction.delete(key);
    return;
  }
  const { kind, untilMs, step } = change;
  const reason = change.reason.slice(0, LONGEST_REASON);
  transaction.set(key, encodeValue({ kind, untilMs, reason, step }), {
    expireIn: untilMs - nowMs,
  });
}

type Stored = Omit<CoolDownRow, "accountId" | "model">;

function isStored(value: unknown): value is Stored {
  return typeof value === "object" && value !== null &&
    "kind" in value && typeof value.kind === "string" &&
    "untilMs" in value && typeof value.untilMs === "number" &&
    "reason" in value && typeof value.reason === "string" &&
    "step" in value && typeof value.step === "number";
}
