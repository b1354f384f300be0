/**
 * Cool-downs in the database: which account rests, for which model, since when, for how long and why.
 *
 *     ["v1", "cool_down", account id, model]
 *       → { kind, startMs, lengthMs, untilMs, reason, step, refusal? }
 *
 * The model is empty where the whole account rests. `untilMs` is what Pollux 0.1.0 reads, which keeps
 * nothing of `startMs` and `lengthMs`: a row without them counts from when it is read.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import type { Database } from "./database/database.ts";
import type { Journal } from "./journal.ts";
import { encodeValue } from "./database/stored_value.ts";
import type { Transaction } from "./database/transaction.ts";

const ROW = ["v1", "cool_down"] as const;

/** The prefix of an account's rows. */
export function coolDownsOf(accountId: string): Deno.KvKey {
  return [...ROW, accountId];
}

/** Entries per transaction: Deno KV takes 819,200 bytes, of which 81,920 of keys. */
const CHUNK = 100;

/** Longest reason kept, in characters: upstream's words can quote a request. */
const LONGEST_REASON = 1000;

/** Longest model id that is kept, in characters: Deno KV keys end at 2,048 bytes. */
const LONGEST_MODEL = 200;

/** Kinds as Pollux 0.1.0 wrote them, and what they are called now. */
const FORMER_KINDS: Readonly<Record<string, string>> = { passing: "transient" };

/** A cool-down as it is kept. What `kind` says is not the store's to know. */
export interface CoolDownRow<Kind extends string = string> {
  readonly accountId: string;
  readonly model: string;
  readonly kind: Kind;
  /** When it began, in ms since the epoch, by the clock of the gateway that wrote it. */
  readonly startMs: number;
  /** How long it lasts, in ms. */
  readonly lengthMs: number;
  readonly reason: string;
  readonly step: number;
  /** What clients are told meanwhile, where it is not when to come back. */
  readonly refusal?: { readonly code: number; readonly status: string } | undefined;
}

/** What to write of one: itself, or that it is over. */
export type CoolDownChange =
  | CoolDownRow
  | { readonly accountId: string; readonly model: string; readonly lengthMs: null };

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
   * Every cool-down that is kept. Which of them are over is for the reader to say, who knows whose clock
   * to believe.
   *
   * @param nowMs In ms since the epoch.
   * @param isKind Whether this version knows a kind; rows of others are left out.
   */
  async load<Kind extends string>(
    nowMs: number,
    isKind: (kind: string) => kind is Kind,
  ): Promise<readonly CoolDownRow<Kind>[]> {
    const rows: CoolDownRow<Kind>[] = [];
    for (const { key, value } of await this.#database.list(ROW)) {
      const [accountId, model] = key.slice(ROW.length);
      const row = storedRow(value, nowMs);
      if (row === undefined || !isKind(row.kind)) continue;
      const { kind, ...rest } = row;
      rows.push({ accountId: String(accountId), model: String(model), kind, ...rest });
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
  const key = [...coolDownsOf(change.accountId), change.model];
  if (change.lengthMs === null) {
    transaction.delete(key);
    return;
  }
  const { kind, step, refusal } = change;
  const untilMs = change.startMs + change.lengthMs;
  const lengthMs = Math.min(change.lengthMs, untilMs - nowMs);
  if (lengthMs <= 0) {
    transaction.delete(key);
    return;
  }
  const row = {
    kind,
    // What was written late, since the store was away, counts from now for whoever reads it.
    startMs: untilMs - lengthMs,
    lengthMs,
    untilMs,
    reason: change.reason.slice(0, LONGEST_REASON),
    step,
    ...defined({ refusal: refusal && { code: refusal.code, status: refusal.status } }),
  };
  transaction.set(key, encodeValue(row), { expireIn: lengthMs });
}

type Stored = Omit<CoolDownRow, "accountId" | "model">;

/** A stored value as a row; undefined where it is none that this version understands. */
function storedRow(value: unknown, nowMs: number): Stored | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, untilMs, reason, step, ...rest }: Record<string, unknown> = { ...value };
  if (typeof kind !== "string" || typeof untilMs !== "number") return undefined;
  if (typeof reason !== "string" || typeof step !== "number") return undefined;
  const { startMs = nowMs, lengthMs = untilMs - nowMs } = rest;
  if (typeof startMs !== "number" || typeof lengthMs !== "number") return undefined;
  const refusal = refusalIn(rest["refusal"]);
  const named = FORMER_KINDS[kind] ?? kind;
  return { kind: named, startMs, lengthMs, reason, step, ...defined({ refusal }) };
}

function refusalIn(value: unknown): CoolDownRow["refusal"] {
  if (typeof value !== "object" || value === null) return undefined;
  const { code, status }: Record<string, unknown> = { ...value };
  return typeof code === "number" && typeof status === "string" ? { code, status } : undefined;
}
