/**
 * Which accounts are to be left alone, and until when.
 *
 * @module
 */

/** An account's, or an account and model's, time of rest. */
export interface CoolDown {
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  /** Upstream's own words for why. */
  readonly reason: string;
}

/** Cool-downs of accounts, whole or for single models. */
export class CoolDowns {
  readonly #accounts = new Map<string, Map<string, CoolDown>>();

  /**
   * Cools an account.
   *
   * A later, weaker error never shortens a cool-down.
   *
   * @param accountId The account.
   * @param coolDown How long and why; `model` limits it to that model.
   */
  start(accountId: string, coolDown: CoolDown & { readonly model?: string | undefined }): void {
    const key = coolDown.model ?? WHOLE_ACCOUNT;
    const models = this.#accounts.get(accountId) ?? new Map<string, CoolDown>();
    const running = models.get(key);
    if (running !== undefined && running.untilMs >= coolDown.untilMs) return;
    models.set(key, { untilMs: coolDown.untilMs, reason: coolDown.reason });
    this.#accounts.set(accountId, models);
  }

  /**
   * The cool-down that keeps an account from answering for a model, if there is one.
   *
   * @param accountId The account.
   * @param at The model asked for, and the time in ms since the epoch.
   */
  running(
    accountId: string,
    at: { readonly model: string; readonly nowMs: number },
  ): CoolDown | undefined {
    const models = this.#accounts.get(accountId);
    if (models === undefined) return undefined;
    return later(
      this.#live(models, WHOLE_ACCOUNT, at.nowMs),
      this.#live(models, at.model, at.nowMs),
    );
  }

  /** Forgets all that is known of an account. */
  forget(accountId: string): void {
    this.#accounts.delete(accountId);
  }

  #live(models: Map<string, CoolDown>, key: string, nowMs: number): CoolDown | undefined {
    const coolDown = models.get(key);
    if (coolDown === undefined || coolDown.untilMs > nowMs) return coolDown;
    models.delete(key);
    return undefined;
  }
}

/** No model has the empty name. */
const WHOLE_ACCOUNT = "";

function later(a: CoolDown | undefined, b: CoolDown | undefined): CoolDown | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.untilMs >= b.untilMs ? a : b;
}
