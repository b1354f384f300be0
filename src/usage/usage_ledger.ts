/**
 * Counts usage by hour, key, account, model and method. Only the rows of the current hour are in memory; they are
 * written behind, within a second.
 *
 * @module
 */
import type { Keeper, KeptRows } from "../base/stored/kept.ts";
import { isMethodName, METHODS } from "../gemini/api/methods.ts";
import type { TokenUsage } from "../gemini/api/token_usage.ts";
import { rotationsOf } from "./rotations.ts";
import { UsageCounts } from "./usage_counts.ts";
import {
  HOUR_MS,
  hourKey,
  periodAt,
  USAGE,
  type UsageRow,
  type UsageSubject,
} from "./usage_row.ts";

/** How long changed rows wait for further calls, in ms: a busy machine needs most of the second for the write. */
const GATHER_MS = 250;

/** Most models of a key, and most rows, in an hour: calls beyond are counted without their names. */
const MOST_MODELS = 200;
const MOST_ROWS = 20_000;

/** Most models that are known to exist. */
const MOST_KNOWN = 1000;

/** The caller of requests without a key. */
const OPEN = "open";

/** A finished call, as its record has it. */
export interface FinishedCall {
  readonly keyId: string;
  readonly keyName: string;
  readonly account: string;
  readonly model: string;
  readonly method: string;
  readonly failedTries: readonly { readonly account: string }[];
  readonly startedAtMs: number;
  readonly firstByteAtMs: number;
  readonly finishedAtMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly status: number;
  readonly failure: string;
  readonly usage: TokenUsage | undefined;
  /** Redacts a text: the model is the client's own words. */
  readonly redaction: { text(text: string): string };
}

/** Usage that was reported later than the call that caused it. */
export interface LaterUsage {
  readonly callerId: string;
  readonly account: string;
  readonly model: string;
  readonly method: string;
  readonly atMs: number;
  readonly usage: TokenUsage | undefined;
  /** The model that the call named which caused it. Default: `model`. */
  readonly called?: string;
  /** Whether the call that caused it was counted as one whose tokens are not known. Default: it was not. */
  readonly settles?: boolean;
  /** When that call was made, in ms since the epoch. Default: in the hour of this report. */
  readonly madeAtMs?: number | undefined;
}

/** Options of a {@linkcode UsageLedger}. */
export interface UsageLedgerOptions {
  readonly keeper: Keeper;
  /** The name of a caller by its id, for usage that is reported later. */
  readonly nameOf: (callerId: string) => string | undefined;
  /** The cost of tokens in millionths of a US dollar; undefined if the model's price is not known. */
  readonly costOf: (model: string, usage: TokenUsage, method: string) => number | undefined;
}

interface OpenRow extends Omit<UsageRow, "keyName"> {
  keyName: string;
  readonly key: readonly string[];
}

/** An observer of calls that counts their usage. */
export class UsageLedger {
  readonly rows: KeptRows<UsageRow>;
  readonly #options: UsageLedgerOptions;
  /** Names this run of the gateway in the rows that it writes. */
  readonly #run = crypto.randomUUID();
  /** Counts the hours of this run: if the clock is set back, an hour's rows do not replace those of its first time. */
  #turn = 0;
  /** Models that exist, since a call of them succeeded. */
  readonly #known = new Set<string>();
  readonly #changed = new Set<OpenRow>();
  /** The hour of the rows in memory, in hours since the epoch. */
  #hour = 0;
  #period = "";
  #open = new Map<string, OpenRow>();
  /** Rows of this hour for corrections of earlier ones, by their periods and subjects. */
  #corrections = new Map<string, OpenRow>();
  /** The models of each key in this hour, as the client named them, and their names in the rows. */
  #models = new Map<string, Map<string, string>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UsageLedgerOptions) {
    this.#options = options;
    this.rows = options.keeper.open(USAGE, { restore() {}, adopt() {} });
  }

  /** Counts a call of the API. Other requests, such as health checks, are not counted. */
  end(call: FinishedCall): void {
    const { keyId, keyName, account, method, usage, status, failure } = call;
    if (method === "" ? keyId === OPEN : !isMethodName(method)) return;
    this.#moveTo(call.finishedAtMs);
    const hasFailed = failure !== "" || status >= 400;
    const model = this.#modelOf(call, hasFailed);
    const subject = { keyId, keyName, account, model, method };
    const row = this.#rowOf(subject);
    const { counts } = row.sums;
    counts.calls++;
    if (hasFailed) counts.errors++;
    counts.rotations += rotationsOf(call);
    counts.bytesIn += call.bytesIn;
    counts.bytesOut += call.bytesOut;
    counts.durationMs += call.finishedAtMs - call.startedAtMs;
    if (call.firstByteAtMs > 0) {
      counts.firstBytes++;
      counts.firstByteMs += call.firstByteAtMs - call.startedAtMs;
    }
    if (usage !== undefined) this.#addTokens(row, usage);
    else if (status < 400 && reportsTokens(method)) counts.notKnown++;
    this.#change(row);
  }

  /** Counts usage that was reported later. */
  booked(later: LaterUsage): void {
    const { callerId, account, model, method, atMs, usage, settles = false } = later;
    this.#moveTo(atMs);
    const keyName = this.#options.nameOf(callerId) ?? callerId;
    const subject = { keyId: callerId, keyName, account, model, method };
    if (usage === undefined) {
      if (!settles) this.#countNotKnown(this.#rowOf(subject), 1);
      return;
    }
    const row = this.#rowOf(subject);
    this.#addTokens(row, usage);
    this.#change(row);
    // In the hour in which it was counted, so that the sums of every hour stay right.
    if (!settles) return;
    const called = { ...subject, model: later.called ?? model };
    this.#countNotKnown(this.#rowAt(later.madeAtMs ?? atMs, called), -1);
  }

  #countNotKnown(row: OpenRow, count: 1 | -1): void {
    row.sums.counts.notKnown += count;
    this.#change(row);
  }

  /** Passes changed rows on to be written. Called once more before the keeper is closed. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const row of this.#changed) this.rows.put(row.key, row);
    this.#changed.clear();
  }

  #addTokens({ sums, model, method }: OpenRow, usage: TokenUsage): void {
    sums.addTokens(usage);
    const cost = this.#options.costOf(model, usage, method);
    if (cost !== undefined) sums.counts.microUsd += cost;
    else if (usage.total > 0) sums.counts.notPriced++;
  }

  #change(row: OpenRow): void {
    this.#changed.add(row);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.flush(), GATHER_MS);
    // The gateway flushes when it stops; the timer must not keep the process alive.
    Deno.unrefTimer(this.#timer);
  }

  #rowOf(subject: UsageSubject): OpenRow {
    const { keyId, account, method, model } = subject;
    // The model is last, since only it may contain the separator.
    const name = `${keyId}\0${account}\0${method}\0${model}`;
    const found = this.#open.get(name);
    if (found !== undefined) {
      // The key may have a new name.
      found.keyName = subject.keyName;
      return found;
    }
    if (this.#open.size >= MOST_ROWS && `${account}${model}${method}` !== "") {
      return this.#rowOf({ ...subject, account: "", model: "", method: "" });
    }
    const opened = this.#newRow(subject, this.#period);
    this.#open.set(name, opened);
    return opened;
  }

  /** A row of the hour of a moment, which may be an earlier one. */
  #rowAt(atMs: number, subject: UsageSubject): OpenRow {
    const period = periodAt(atMs);
    const name = JSON.stringify([period, subject]);
    const found = this.#corrections.get(name);
    if (found !== undefined) return found;
    if (period === this.#period || this.#corrections.size >= MOST_ROWS) return this.#rowOf(subject);
    const opened = this.#newRow(subject, period);
    this.#corrections.set(name, opened);
    return opened;
  }

  #newRow(subject: UsageSubject, period: string): OpenRow {
    const row = { ...subject, period, sums: new UsageCounts() };
    return { ...row, key: hourKey(row, `${this.#run}-${this.#turn}`) };
  }

  /** Begins the hour of a moment. Rows of the last hour that are not written yet stay until they are. */
  #moveTo(atMs: number): void {
    const hour = Math.floor(atMs / HOUR_MS);
    // Usage of the last hour may still be reported.
    if (hour === this.#hour || hour === this.#hour - 1) return;
    this.#turn++;
    this.#hour = hour;
    this.#period = periodAt(hour * HOUR_MS);
    this.#open = new Map();
    this.#corrections = new Map();
    this.#models = new Map();
  }

  /** The model under which a call is counted: a client's mistyped names make no rows. */
  #modelOf({ keyId, model, status, redaction }: FinishedCall, hasFailed: boolean): string {
    if (model === "") return "";
    if (!this.#known.has(model)) {
      if (status === 404) return "";
      if (!hasFailed && this.#known.size < MOST_KNOWN) this.#known.add(model);
    }
    let models = this.#models.get(keyId);
    if (models === undefined) this.#models.set(keyId, models = new Map());
    const named = models.get(model);
    if (named !== undefined) return named;
    if (models.size >= MOST_MODELS) return "";
    const name = redaction.text(model);
    models.set(model, name);
    return name;
  }
}

/** Whether Google reports the tokens of a method's calls. */
function reportsTokens(method: string): boolean {
  return isMethodName(method) && METHODS[method].usage !== "none";
}
