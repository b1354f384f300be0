/**
 * One call of a key with limits: it is admitted or refused, reserves tokens, and settles what Google counted.
 *
 * @module
 */
import { type Clock, elapsedMs } from "../../base/clock.ts";
import { NO_USAGE, type TokenUsage } from "../../gemini/api/token_usage.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ClientKey } from "../client_key.ts";
import type { KeyCounters, Moment } from "./key_counters.ts";
import { BUSY_MS, type FullWindow, overLimit, tooManyCalls, unknownPrice } from "./limit_errors.ts";
import type { LimitWindow, LimitWindows } from "./limit_windows.ts";

/**
 * The price of some usage in millionths of a US dollar; undefined if it is not known.
 *
 * @param method The method that caused it, since batches have prices of their own. Default: not a batch.
 */
export type CostOf = (model: string, usage: TokenUsage, method?: string) => number | undefined;

/** A key and its counts: the same object for all calls of a key, until its record changes. */
export interface LimitedKey {
  readonly key: Pick<ClientKey, "name" | "limits">;
  readonly counters: KeyCounters;
  readonly windows: LimitWindows;
  readonly clock: Clock;
  readonly costOf: CostOf;
  /** Called when the counts have changed. */
  readonly onCounted: () => void;
}

/** Output tokens that are reserved at least, for a model that wrote less or was not used yet. */
const LEAST_OUTPUT = 256;

/** Bytes of a text for a token. */
const BYTES_PER_TOKEN = 4;

/** One call. */
export class LimitedCall {
  readonly #of: LimitedKey;
  /** When it was admitted; undefined before that, and once it is over. */
  #admittedAt: Moment | undefined;
  /** What the call reserved and did not use yet. */
  #reservedTokens = 0;
  #reservedMicroUsd = 0;
  #countedTokens = 0;
  #countedMicroUsd = 0;

  constructor(of: LimitedKey) {
    this.#of = of;
  }

  /**
   * Counts the request, which occupies one of the key's calls until {@linkcode end}.
   *
   * @param mayUseTokens Whether it may be a call of a model, for which it must also wait until tokens are left.
   * @throws {RpcError} RESOURCE_EXHAUSTED if it does not fit into the limits; then nothing was counted.
   */
  admit(mayUseTokens = false): void {
    const { key, counters, windows, clock, onCounted } = this.#of;
    const { maxConcurrent, requestsPerMinute } = key.limits;
    const nowMs = clock.now();
    const at = { nowMs, ownMs: elapsedMs(clock) };
    const one = { count: 1, nowMs };
    if (!allFit(windows.requests, one)) {
      // Its body is not known yet: it is taken for the smallest call of a model.
      throw overLimit(key, [
        ...fullWindows(windows.requests, one),
        ...(mayUseTokens ? fullWindows(windows.tokens, { count: LEAST_OUTPUT, nowMs }) : []),
        ...(mayUseTokens ? fullWindows(windows.budget, { count: 0, nowMs }) : []),
      ]);
    }
    if (maxConcurrent !== undefined && counters.inFlight >= maxConcurrent) {
      throw tooManyCalls(key, maxConcurrent);
    }
    this.#admittedAt = at;
    counters.inFlight++;
    counters.addRequest(at, requestsPerMinute !== undefined);
    onCounted();
  }

  /** Whether tokens or money are limited, so that {@linkcode reserve} has something to reserve. */
  get isReserving(): boolean {
    return this.#of.windows.areReserved;
  }

  /**
   * Reserves what the call will probably use, in place of what it reserved before.
   *
   * @param model After aliasing; empty if it is not known.
   * @param prompt `bytes`: of its text; 0 if they are not known yet. `calls`: how many calls of the model have it.
   * Default: one.
   * @throws {RpcError} RESOURCE_EXHAUSTED if that does not fit into the limits; then the request is not counted.
   */
  reserve(
    model: string,
    { bytes, calls = 1 }: { readonly bytes: number; readonly calls?: number },
  ): void {
    const { key, counters, windows: { tokens: perTokens, budget }, clock, costOf } = this.#of;
    if (!this.isReserving) return;
    this.#release();
    const prompt = Math.ceil(bytes / BYTES_PER_TOKEN) * calls;
    const output = Math.max(LEAST_OUTPUT, counters.lastOutput(model) ?? 0) * calls;
    const tokens = prompt + output;
    const microUsd = budget.length === 0
      ? 0
      // Whole numbers, since fractions do not add up to what was added: a rest would stay reserved for ever.
      : Math.ceil(costOf(model, { ...NO_USAGE, prompt, candidates: output, total: tokens }) ?? 0);
    const nowMs = clock.now();
    const needs = { count: tokens, nowMs };
    const spends = { count: microUsd, nowMs };
    if (!allFit(perTokens, needs) || !allFit(budget, spends)) {
      const full = [...fullWindows(perTokens, needs), ...fullWindows(budget, spends)];
      throw this.#refused(overLimit(key, full));
    }
    this.#reservedTokens = tokens;
    this.#reservedMicroUsd = microUsd;
    counters.reserved.tokens += tokens;
    counters.reserved.microUsd += microUsd;
  }

  /**
   * Checks that the budget, if there is one, can count the calls of a model.
   *
   * @throws {RpcError} PERMISSION_DENIED if the price of the model is not known.
   */
  checkPrice(model: string): void {
    const { key, windows, costOf } = this.#of;
    if (windows.budget.length === 0 || costOf(model, NO_USAGE) !== undefined) return;
    throw unknownPrice(key, model);
  }

  /** Counts what Google says that the call has used so far; what it reserved beyond that stays reserved. */
  used(model: string, usage: TokenUsage): void {
    const { counters, costOf, onCounted } = this.#of;
    const tokens = tokensOf(usage);
    const microUsd = costOf(model, usage) ?? this.#countedMicroUsd;
    const more = tokens - this.#countedTokens;
    const moreMicroUsd = microUsd - this.#countedMicroUsd;
    counters.addUse(more, moreMicroUsd);
    counters.noteOutput(model, usage.candidates + usage.thoughts);
    this.#countedTokens = tokens;
    this.#countedMicroUsd = microUsd;
    this.#releasePart(more, Math.floor(moreMicroUsd));
    onCounted();
  }

  /** Google counts nothing more for the call: what it reserved and did not use is free, before its headers say so. */
  settle(): void {
    this.#release();
  }

  /** The call is over: what it reserved and did not use is free again. Further calls are ignored. */
  end(): void {
    this.#release();
    if (this.#admittedAt === undefined) return;
    this.#admittedAt = undefined;
    this.#of.counters.inFlight--;
  }

  /** Adds the headers that tell a client what is left of its limits, as OpenAI names them. */
  addHeaders(headers: Record<string, string>): void {
    const { key: { limits: { maxConcurrent } }, counters: { inFlight }, windows, clock } = this.#of;
    const nowMs = clock.now();
    addWindow(headers, { windows: windows.requests, nowMs });
    addWindow(headers, { windows: windows.tokens, nowMs });
    addWindow(headers, { windows: windows.budget, nowMs });
    if (maxConcurrent === undefined) return;
    headers["x-ratelimit-limit-concurrent"] = String(maxConcurrent);
    headers["x-ratelimit-remaining-concurrent"] = String(Math.max(0, maxConcurrent - inFlight));
  }

  /** Takes the request back, since it is refused. */
  #refused(error: RpcError): RpcError {
    if (this.#admittedAt !== undefined) {
      this.#of.counters.takeBackRequest(this.#admittedAt);
      this.#of.onCounted();
    }
    this.end();
    return error;
  }

  #release(): void {
    this.#releasePart(Infinity, Infinity);
  }

  #releasePart(tokens: number, microUsd: number): void {
    const { reserved } = this.#of.counters;
    const freeTokens = Math.max(0, Math.min(tokens, this.#reservedTokens));
    const freeMicroUsd = Math.max(0, Math.min(microUsd, this.#reservedMicroUsd));
    reserved.tokens -= freeTokens;
    reserved.microUsd -= freeMicroUsd;
    this.#reservedTokens -= freeTokens;
    this.#reservedMicroUsd -= freeMicroUsd;
  }
}

/** All tokens of a call. The parts count where Google states no sum. */
export function tokensOf({ prompt, tool, candidates, thoughts, total }: TokenUsage): number {
  return Math.max(total, prompt + tool + candidates + thoughts);
}

/** What a call needs of a window, and when, in ms since the epoch. */
interface Needs {
  readonly count: number;
  readonly nowMs: number;
}

/**
 * The windows that `count` does not fit into. A call that is larger than a whole window fits if nothing of the window
 * is used: otherwise such a call could never be made.
 */
function fullWindows(windows: readonly LimitWindow[], needs: Needs): readonly FullWindow[] {
  const { count, nowMs } = needs;
  return windows.filter((window) => !fits(window, needs)).map((window) => {
    const { limit } = window;
    const needed = Math.min(count, limit);
    const counted = window.used(nowMs) - window.reserved();
    const isReserved = counted < limit && counted + needed <= limit;
    const waitMs = isReserved ? BUSY_MS : window.waitMs(needed, nowMs) || window.resetMs(nowMs);
    return { window, waitMs, isReserved };
  });
}

/** Whether `count` fits into all windows. */
function allFit(windows: readonly LimitWindow[], needs: Needs): boolean {
  for (const window of windows) if (!fits(window, needs)) return false;
  return true;
}

function fits(window: LimitWindow, { count, nowMs }: Needs): boolean {
  const { limit } = window;
  const used = window.used(nowMs);
  return used < limit && used + Math.min(count, limit) <= limit;
}

/** The names of the headers of a unit, and how many of the window's units one of the headers' has. */
const HEADERS = {
  requests: headersOf("requests", 1),
  tokens: headersOf("tokens", 1),
  microUsd: headersOf("usd", 1_000_000),
};

function headersOf(unit: string, per: number) {
  return {
    limit: `x-ratelimit-limit-${unit}`,
    remaining: `x-ratelimit-remaining-${unit}`,
    reset: `x-ratelimit-reset-${unit}`,
    per,
  };
}

/** Adds the headers of the window of which the least is left. */
function addWindow(
  headers: Record<string, string>,
  { windows, nowMs }: { readonly windows: readonly LimitWindow[]; readonly nowMs: number },
): void {
  let nearest: LimitWindow | undefined;
  let left = Infinity;
  for (const window of windows) {
    const leftOf = Math.max(0, window.limit - window.used(nowMs));
    if (leftOf >= left) continue;
    nearest = window;
    left = leftOf;
  }
  if (nearest === undefined) return;
  const { limit, remaining, reset, per } = HEADERS[nearest.unit];
  headers[limit] = String(nearest.limit / per);
  headers[remaining] = String(Math.floor(left) / per);
  headers[reset] = `${Math.ceil(nearest.resetMs(nowMs)) / 1000}s`;
}
