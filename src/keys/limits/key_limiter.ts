/**
 * The limits of all client keys: what each used, in memory, and stored behind.
 *
 * Every gateway counts what it admits, and learns what others on a shared store counted within about two seconds. So
 * one gateway keeps limits exactly, and several together admit at most what each of them does in that time too much.
 * The calls in flight are those of one gateway.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import type { Keeper, KeptChange, KeptRows } from "../../base/stored/kept.ts";
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { ClientKey, ClientKeys } from "../client_key.ts";
import { dayOf } from "./calendar.ts";
import { KeyCounters } from "./key_counters.ts";
import { KEY_USE, type KeyUseSource } from "./key_use.ts";
import { type LimitWindow, LimitWindows } from "./limit_windows.ts";
import { type CostOf, LimitedCall, type LimitedKey, tokensOf } from "./limited_call.ts";

/** The options of a {@linkcode KeyLimiter}. */
export interface KeyLimiterOptions {
  readonly clock: Clock;
  /** Finds the keys that usage is booked to. */
  readonly keys: Pick<ClientKeys, "get">;
  /** Default: no price is known. */
  readonly costOf?: CostOf | undefined;
}

/** The usage of something that an earlier call made. */
export interface BookedUse {
  readonly callerId: string;
  readonly model: string;
  /** The method of that call. */
  readonly method: string;
  /** Undefined if Google stated none. */
  readonly usage: TokenUsage | undefined;
}

/** What a key used of its limits. */
export interface LimitsUse {
  /** At this gateway. */
  readonly callsInFlight: number;
  readonly windows: readonly LimitWindow[];
}

/** Limits all keys. */
export class KeyLimiter {
  readonly #clock: Clock;
  readonly #keys: KeyLimiterOptions["keys"];
  readonly #costOf: CostOf;
  readonly #rows: KeptRows<KeyUseSource>;
  /** By the keys' ids. Those of removed keys are deleted when a key is new, at most once a day. */
  readonly #counters = new Map<string, KeyCounters>();
  #deletedOnDay = 0;
  /** By the keys' records, which are replaced when a key changes. */
  readonly #limited = new WeakMap<ClientKey, LimitedKey>();
  /** Under which this process stores its counts. */
  readonly #processId = crypto.randomUUID();

  constructor(keeper: Keeper, { clock, keys, costOf = () => undefined }: KeyLimiterOptions) {
    this.#clock = clock;
    this.#keys = keys;
    this.#costOf = costOf;
    this.#rows = keeper.open<KeyUseSource>(KEY_USE, {
      restore: (rows) => this.#adopt(rows),
      adopt: (changes) => this.#adopt(changes),
    });
  }

  /** Reads what was counted before. Never rejects. */
  restore(): Promise<void> {
    return this.#rows.restore();
  }

  /** The call of a key. It also counts without limits, which the key may get at any time. */
  call(key: ClientKey): LimitedCall {
    let limited = this.#limited.get(key);
    if (limited === undefined) this.#limited.set(key, limited = this.#limitedKey(key));
    return new LimitedCall(limited);
  }

  /** What a key used of its limits. */
  useOf(key: ClientKey): LimitsUse {
    const counters = this.#counters.get(key.id) ?? new KeyCounters(this.#clock);
    const { requests, tokens, budget } = new LimitWindows({ key, counters });
    return {
      callsInFlight: counters.inFlight,
      windows: [...requests, ...tokens, ...budget],
    };
  }

  /** Counts what something used that an earlier call made. `callerId`: the key's id, or that of another caller. */
  booked({ callerId, model, method, usage }: BookedUse): void {
    if (usage === undefined || this.#keys.get(callerId) === undefined) return;
    const counters = this.#countersOf(callerId);
    counters.addUse(tokensOf(usage), this.#costOf(model, usage, method) ?? 0);
    this.#counted(callerId, counters);
  }

  #limitedKey(key: ClientKey): LimitedKey {
    const counters = this.#countersOf(key.id);
    return {
      key,
      counters,
      windows: new LimitWindows({ key, counters }),
      clock: this.#clock,
      costOf: this.#costOf,
      onCounted: () => this.#counted(key.id, counters),
    };
  }

  #adopt(changes: readonly KeptChange<KeyUseSource>[]): void {
    for (const { key: [keyId = "", processId = ""], value } of changes) {
      if (processId === this.#processId) continue;
      this.#countersOf(keyId).adopt(processId, value?.use(this.#clock.now()));
    }
  }

  #counted(keyId: string, counters: KeyCounters): void {
    if (!counters.hasNews(this.#clock.now())) return;
    this.#rows.put([keyId, this.#processId], counters);
  }

  #countersOf(keyId: string): KeyCounters {
    let counters = this.#counters.get(keyId);
    if (counters === undefined) {
      this.#deleteRemoved();
      counters = new KeyCounters(this.#clock);
      this.#counters.set(keyId, counters);
    }
    return counters;
  }

  /** Not more often: a key that another gateway counts already may not be known here yet. */
  #deleteRemoved(): void {
    const day = dayOf(this.#clock.now());
    if (day === this.#deletedOnDay) return;
    this.#deletedOnDay = day;
    for (const [keyId, { inFlight }] of this.#counters) {
      if (inFlight === 0 && this.#keys.get(keyId) === undefined) this.#counters.delete(keyId);
    }
  }
}
