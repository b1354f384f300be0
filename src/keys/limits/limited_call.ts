/**
 * One call of a key with limits: it is admitted or refused, reserves tokens, and settles what Google counted.
 *
 * @module
 */
import { elapsedMs } from "../../base/clock.ts";
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Moment } from "./key_counters.ts";
import { BUSY_MS, type FullWindow, overLimit, tooManyCalls } from "./limit_errors.ts";
import {
  budgetWindow,
  type LimitWindow,
  requestWindows,
  tokenWindows,
  type WindowsOf,
} from "./limit_windows.ts";

/**
 * The price of some usage in millionths of a US dollar; undefined if it is not known.
 *
 * @param method The method that caused it, since batches have prices of their own. Default: not a batch.
 */
export type CostOf = (model: string, usage: TokenUsage, method?: string) => number | undefined;

/** What a call needs. */
export interface LimitedCallOptions extends WindowsOf {
  readonly key: WindowsOf["key"] & { readonly name: string };
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
  readonly #options: LimitedCallOptions;
  /** When it was admitted; undefined before that, and once it is over. */
  #admittedAt: Moment | undefined;
  /** What the call reserved and did not use yet. */
  #reserved = { tokens: 0, microUsd: 0 };
  #counted = { tokens: 0, microUsd: 0 };

  constructor(options: LimitedCallOptions) {
    this.#options = options;
  }

  /**
   * Counts the request, which occupies one of the key's calls until {@linkcode end}.
   *
   * @param mayUseTokens Whether it may be a call of a model, for which it must also wait until tokens are left.
   * @throws {RpcError} RESOURCE_EXHAUSTED if it does not fit into the limits; then nothing was counted.
   */
  admit(mayUseTokens = false): void {
    const { key, counters, clock, onCounted } = this.#options;
    const { maxConcurrent, requestsPerMinute } = key.limits;
    const full = fullWindows(requestWindows(this.#options), 1);
    if (full.length > 0) {
      throw overLimit(key, mayUseTokens ? [...full, ...this.#windowsWithoutTokens()] : full);
    }
    if (maxConcurrent !== undefined && counters.inFlight >= maxConcurrent) {
      throw tooManyCalls(key, maxConcurrent);
    }
    const at = { nowMs: clock.now(), ownMs: elapsedMs(clock) };
    this.#admittedAt = at;
    counters.inFlight++;
    counters.addRequest(at, requestsPerMinute !== undefined);
    onCounted();
  }

  /** Whether tokens or money are limited, so that {@linkcode reserve} has something to reserve. */
  get isReserving(): boolean {
    const { tokensPerMinute, tokensPerDay, tokensPerMonth, budget } = this.#options.key.limits;
    return (tokensPerMinute ?? tokensPerDay ?? tokensPerMonth ?? budget) !== undefined;
  }

  /**
   * Reserves what the call will probably use, in place of what it reserved before.
   *
   * @param model After aliasing; empty if it is not known.
   * @param promptBytes Bytes of the prompt's text; 0 if they are not known yet.
   * @throws {RpcError} RESOURCE_EXHAUSTED if that does not fit into the limits; then the request is not counted.
   */
  reserve(model: string, promptBytes: number): void {
    const { key, counters, costOf } = this.#options;
    if (!this.isReserving) return;
    this.#release();
    const prompt = Math.ceil(promptBytes / BYTES_PER_TOKEN);
    const output = Math.max(LEAST_OUTPUT, counters.lastOutput(model) ?? 0);
    const tokens = prompt + output;
    const full = fullWindows(tokenWindows(this.#options), tokens);
    const spending = budgetWindow(this.#options);
    const microUsd = spending === undefined
      ? 0
      : costOf(model, { ...NO_USAGE, prompt, candidates: output, total: tokens }) ?? 0;
    if (spending !== undefined) full.push(...fullWindows([spending], microUsd));
    if (full.length > 0) throw this.#refused(overLimit(key, full));
    this.#reserved = { tokens, microUsd };
    counters.reserved.tokens += tokens;
    counters.reserved.microUsd += microUsd;
  }

  /** Counts what Google says that the call has used so far; what it reserved beyond that stays reserved. */
  used(model: string, usage: TokenUsage): void {
    const { counters, costOf, onCounted } = this.#options;
    const tokens = tokensOf(usage);
    const microUsd = costOf(model, usage) ?? this.#counted.microUsd;
    const more = tokens - this.#counted.tokens;
    counters.addUse(more, microUsd - this.#counted.microUsd);
    counters.noteOutput(model, usage.candidates + usage.thoughts);
    this.#counted = { tokens, microUsd };
    this.#releasePart(more, microUsd);
    onCounted();
  }

  /** The call is over: what it reserved and did not use is free again. Further calls are ignored. */
  end(): void {
    this.#release();
    if (this.#admittedAt === undefined) return;
    this.#admittedAt = undefined;
    this.#options.counters.inFlight--;
  }

  /** Adds the headers that tell a client what is left of its limits, as OpenAI names them. */
  addHeaders(headers: Record<string, string>): void {
    addWindow(headers, { unit: "requests", windows: requestWindows(this.#options) });
    addWindow(headers, { unit: "tokens", windows: tokenWindows(this.#options) });
    const spending = budgetWindow(this.#options);
    if (spending !== undefined) addWindow(headers, { unit: "usd", windows: [spending], per: 1e6 });
    const { key: { limits: { maxConcurrent } }, counters: { inFlight } } = this.#options;
    if (maxConcurrent === undefined) return;
    headers["x-ratelimit-limit-concurrent"] = String(maxConcurrent);
    headers["x-ratelimit-remaining-concurrent"] = String(Math.max(0, maxConcurrent - inFlight));
  }

  /** The windows that the smallest call of a model does not fit into: its body is not known yet. */
  #windowsWithoutTokens(): readonly FullWindow[] {
    const spending = budgetWindow(this.#options);
    return [
      ...fullWindows(tokenWindows(this.#options), LEAST_OUTPUT),
      ...(spending === undefined ? [] : fullWindows([spending], 0)),
    ];
  }

  /** Takes the request back, since it is refused. */
  #refused(error: RpcError): RpcError {
    if (this.#admittedAt !== undefined) {
      this.#options.counters.takeBackRequest(this.#admittedAt);
      this.#options.onCounted();
    }
    this.end();
    return error;
  }

  #release(): void {
    this.#releasePart(Infinity, Infinity);
  }

  #releasePart(tokens: number, microUsd: number): void {
    const { reserved } = this.#options.counters;
    const freeTokens = Math.max(0, Math.min(tokens, this.#reserved.tokens));
    const freeMicroUsd = Math.max(0, Math.min(microUsd, this.#reserved.microUsd));
    reserved.tokens -= freeTokens;
    reserved.microUsd -= freeMicroUsd;
    this.#reserved.tokens -= freeTokens;
    this.#reserved.microUsd -= freeMicroUsd;
  }
}

const NO_USAGE: TokenUsage = {
  prompt: 0,
  cached: 0,
  tool: 0,
  candidates: 0,
  thoughts: 0,
  total: 0,
};

/** All tokens of a call. The parts count where Google states no sum. */
export function tokensOf({ prompt, tool, candidates, thoughts, total }: TokenUsage): number {
  return Math.max(total, prompt + tool + candidates + thoughts);
}

/**
 * The windows that `count` does not fit into. A call that is larger than a whole window fits if nothing of the window
 * is used: otherwise such a call could never be made.
 */
function fullWindows(windows: readonly LimitWindow[], count: number): FullWindow[] {
  const full: FullWindow[] = [];
  for (const window of windows) {
    const { limit, used, reserved } = window;
    const needed = Math.min(count, limit);
    if (fits(needed, { limit, used })) continue;
    const isReserved = fits(needed, { limit, used: used - reserved });
    const waitMs = isReserved ? BUSY_MS : window.waitMs(needed) || window.resetMs();
    full.push({ window, waitMs, isReserved });
  }
  return full;
}

function fits(count: number, { limit, used }: Pick<LimitWindow, "limit" | "used">): boolean {
  return used < limit && used + count <= limit;
}

/**
 * Adds the headers of the window of which the least is left.
 *
 * @param per How many of the window's units one of the header's has.
 */
function addWindow(
  headers: Record<string, string>,
  { unit, windows, per = 1 }: {
    readonly unit: string;
    readonly windows: readonly LimitWindow[];
    readonly per?: number;
  },
): void {
  const [first, ...others] = windows;
  if (first === undefined) return;
  const nearest = others.reduce((one, other) => left(other) < left(one) ? other : one, first);
  headers[`x-ratelimit-limit-${unit}`] = String(nearest.limit / per);
  headers[`x-ratelimit-remaining-${unit}`] = String(Math.floor(left(nearest)) / per);
  headers[`x-ratelimit-reset-${unit}`] = `${Math.ceil(nearest.resetMs()) / 1000}s`;
}

function left({ limit, used }: LimitWindow): number {
  return Math.max(0, limit - used);
}
