/**
 * The quotas of all accounts. Holds state only; its clock is injected.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type { Failure } from "../cool_downs/failure.ts";
import { AccountQuotas, type QuotaUse } from "./account_quotas.ts";
import type { QuotaName, QuotaStatement } from "./quota_statement.ts";
import type { KeptQuota, QuotaSnapshot, QuotaWindow } from "./quota_window.ts";

/** Own counts are stored at most this often, in ms: they are estimates until upstream's next statement. */
const WRITE_COUNTS_MS = 10_000;

/** Receives changes, to write them in the background for a restarted gateway. */
export interface QuotaSink {
  /** A quota has changed. */
  put(accountId: string, name: QuotaName, kept: KeptQuota): void;
  /** The quota belongs to a removed account or an old credential. */
  delete(accountId: string, name: QuotaName): void;
}

/** The options of {@linkcode Quotas}. */
export interface QuotasOptions {
  readonly clock: WallClock;
  readonly sink: QuotaSink;
}

/** What upstream stated about the accounts' quotas, and what was used since. */
export class Quotas {
  readonly #options: QuotasOptions;
  readonly #byAccount = new Map<string, AccountQuotas>();
  /** Called when an account's quota was stated, used up or restored: which account to prefer may change. */
  onChange: (accountId: string) => void = () => {};

  constructor(options: QuotasOptions) {
    this.#options = options;
  }

  /** The time, in ms since the epoch. */
  get nowMs(): number {
    return this.#options.clock.now();
  }

  /** Applies the response of one of upstream's quota calls. */
  state(accountId: string, statements: readonly QuotaStatement[]): void {
    if (statements.length === 0) return;
    const at = { nowMs: this.nowMs, source: "google" } as const;
    this.#changed(accountId, this.#for(accountId).state(statements, at));
  }

  /**
   * Applies the failure of a call; only refusals for a spent quota have an effect.
   *
   * @param model The key of the cool-down.
   */
  refused(accountId: string, failure: Failure, model: string): void {
    if (failure.kind !== "quota") return;
    const quotas = this.#for(accountId);
    this.#changed(accountId, quotas.refused(failure, { model, nowMs: this.nowMs }));
  }

  /** Counts a successful call. */
  count(accountId: string, use: QuotaUse): void {
    const quotas = this.#byAccount.get(accountId);
    if (quotas === undefined) return;
    const nowMs = this.nowMs;
    const { windows, hasTurned } = quotas.count(use, nowMs);
    for (const window of windows) {
      if (nowMs - window.writtenAtMs >= WRITE_COUNTS_MS) this.#write(accountId, window);
    }
    if (hasTurned) this.onChange(accountId);
  }

  /** The state of an account's quotas. */
  snapshot(accountId: string): readonly QuotaSnapshot[] {
    const nowMs = this.nowMs;
    const windows = this.#byAccount.get(accountId)?.windows(nowMs) ?? [];
    return windows.map((window) => window.snapshot(nowMs));
  }

  /**
   * When what an account has left for a model is lost, in ms since the epoch; `Infinity` if that is not known.
   *
   * @param model The key of the cool-down.
   */
  lostAtMs(accountId: string, model: string): number {
    return this.#byAccount.get(accountId)?.lostAtMs(model, this.nowMs) ?? Infinity;
  }

  /** Forgets the quotas of an account that was removed or has a new credential. */
  forget(accountId: string): void {
    const windows = this.#byAccount.get(accountId)?.windows(this.nowMs) ?? [];
    this.#byAccount.delete(accountId);
    for (const window of windows) this.#options.sink.delete(accountId, window);
  }

  /** Applies a stored quota, of an earlier process or of another gateway, unless the present one is newer. */
  adopt(accountId: string, name: QuotaName, kept: KeptQuota): void {
    const known = this.#byAccount.get(accountId)?.get(name);
    if (known !== undefined && known.statedAtMs >= kept.statedAtMs) return;
    this.#for(accountId).add(name).restore(kept, this.nowMs);
    this.onChange(accountId);
  }

  /** Deletes a quota that another gateway has deleted. */
  drop(accountId: string, name: QuotaName): void {
    this.#byAccount.get(accountId)?.delete(name);
  }

  #for(accountId: string): AccountQuotas {
    const known = this.#byAccount.get(accountId);
    if (known !== undefined) return known;
    const added = new AccountQuotas();
    this.#byAccount.set(accountId, added);
    return added;
  }

  #changed(accountId: string, windows: readonly QuotaWindow[]): void {
    for (const window of windows) this.#write(accountId, window);
    if (windows.length > 0) this.onChange(accountId);
  }

  #write(accountId: string, window: QuotaWindow): void {
    window.writtenAtMs = this.nowMs;
    this.#options.sink.put(accountId, window, window.kept());
  }
}
