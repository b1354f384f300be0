/**
 * The quotas of one account.
 *
 * @module
 */
import type { Failure } from "../cool_downs/failure.ts";
import { type QuotaName, type QuotaStatement, WINDOW_MS } from "./quota_statement.ts";
import { refusalStatements } from "./refusal_statements.ts";
import { FORGET_QUOTA_MS, type QuotaSource, QuotaWindow } from "./quota_window.ts";

/** Most quotas of an account. Code Assist states one or two for each of about 30 models. */
const MOST_WINDOWS = 256;

/** Most models whose quotas are looked up once. Clients choose model names freely. */
const MOST_MODELS = 64;

/** What a call used. */
export interface QuotaUse {
  readonly model: string;
  /** Tokens of the prompt; 0 if they are not known. */
  readonly tokens: number;
}

const NONE: readonly QuotaWindow[] = [];

/** The quotas that upstream stated for an account. All times are in ms since the epoch. */
export class AccountQuotas {
  /** In the order in which they were first stated. */
  readonly #windows = new Map<string, QuotaWindow>();
  readonly #byModel = new Map<string, readonly QuotaWindow[]>();

  /** All quotas, without those that upstream has not mentioned for a long time. */
  windows(nowMs: number): readonly QuotaWindow[] {
    for (const [key, { statedAtMs }] of this.#windows) {
      if (nowMs - statedAtMs > FORGET_QUOTA_MS) this.#delete(key);
    }
    return [...this.#windows.values()];
  }

  /** A quota that upstream has stated. */
  get(name: QuotaName): QuotaWindow | undefined {
    return this.#windows.get(keyOf(name));
  }

  /** A quota, which is added if it is new. */
  add(name: QuotaName): QuotaWindow {
    const key = keyOf(name);
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    const added = new QuotaWindow(name);
    this.#windows.set(key, added);
    this.#byModel.clear();
    if (this.#windows.size > MOST_WINDOWS) this.#deleteOldest();
    return added;
  }

  /** Deletes a quota. */
  delete(name: QuotaName): void {
    this.#delete(keyOf(name));
  }

  /**
   * Applies what upstream says.
   *
   * @returns The quotas that have changed.
   */
  state(
    statements: readonly QuotaStatement[],
    at: { readonly nowMs: number; readonly source: QuotaSource },
  ): readonly QuotaWindow[] {
    return statements
      .map((statement) => ({ statement, window: this.add(statement) }))
      .filter(({ statement, window }) => window.state(statement, at))
      .map(({ window }) => window);
  }

  /**
   * Applies a refusal. If it does not name the quota, the known one that is reset when the refusal says, is
   * spent.
   *
   * @param model The key of the cool-down.
   * @returns The quotas that have changed.
   */
  refused(
    failure: Failure,
    { model, nowMs }: { readonly model: string; readonly nowMs: number },
  ): readonly QuotaWindow[] {
    const statements = refusalStatements(failure, { model, nowMs });
    const isNamed = failure.quota !== undefined || (failure.limits ?? []).length > 0;
    const meant = isNamed ? statements : statements.map((one) => ({
      ...one,
      window: this.#endingWith(one, nowMs) ?? one.window,
    }));
    return this.state(meant, { nowMs, source: "refusal" });
  }

  /**
   * Counts a successful call.
   *
   * @returns The quotas of the call's model, and whether one of them was used up or is no longer spent.
   */
  count(
    { model, tokens }: QuotaUse,
    nowMs: number,
  ): { readonly windows: readonly QuotaWindow[]; readonly hasTurned: boolean } {
    const windows = this.#of(model);
    let hasTurned = false;
    for (const window of windows) {
      if (window.count(window.unit === "tokens" ? tokens : 1, nowMs)) hasTurned = true;
    }
    return { windows, hasTurned };
  }

  /**
   * When what is left for a model is lost: the end of its longest window. Shorter windows are reset anyway,
   * and what they hold cannot be used without the longer one.
   *
   * @returns `Infinity` if that is not known, or nothing is left in one of the windows.
   */
  lostAtMs(model: string, nowMs: number): number {
    let longest = 0;
    let lostMs = Infinity;
    for (const window of this.#of(model)) {
      if (window.window === "minute") continue;
      const atMs = window.lostAtMs(nowMs);
      if (atMs === Infinity && window.snapshot(nowMs).leftFraction === 0) return Infinity;
      const lengthMs = WINDOW_MS[window.window];
      if (lengthMs < longest) continue;
      lostMs = lengthMs === longest ? Math.min(lostMs, atMs) : atMs;
      longest = lengthMs;
    }
    return lostMs;
  }

  /** The quotas that calls to a model use. */
  #of(model: string): readonly QuotaWindow[] {
    if (this.#windows.size === 0) return NONE;
    const known = this.#byModel.get(model);
    if (known !== undefined) return known;
    const found = [...this.#windows.values()].filter((window) => covers(window.model, model));
    if (this.#byModel.size >= MOST_MODELS) this.#byModel.clear();
    this.#byModel.set(model, found);
    return found;
  }

  /** The window of the known quota that ends when a statement says. */
  #endingWith({ model, unit, resetsAtMs = 0 }: QuotaStatement, nowMs: number) {
    return this.#of(model).find((window) =>
      window.model === model && window.unit === unit &&
      Math.abs((window.snapshot(nowMs).resetsAtMs ?? Infinity) - resetsAtMs) < SAME_RESET_MS
    )?.window;
  }

  #delete(key: string): void {
    this.#windows.delete(key);
    this.#byModel.clear();
  }

  #deleteOldest(): void {
    for (const key of this.#windows.keys()) return this.#delete(key);
  }
}

/** Two times of a reset within this, in ms, are the same: delays are rounded, and take time to arrive. */
const SAME_RESET_MS = 60_000;

function covers(pattern: string, model: string): boolean {
  return pattern.endsWith("*") ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}

function keyOf({ model, window, unit }: QuotaName): string {
  return `${window} ${unit} ${model}`;
}
