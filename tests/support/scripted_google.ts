/**
 * Accounts at a Google that is made up: quotas by the minute and by the day, outages, revocations. It
 * says of each refusal exactly how long it holds, so that a pool that listens has no excuse.
 *
 * @module
 */
import { RpcError } from "../../src/gemini/errors/rpc_error.ts";
import { nextPacificMidnight } from "../../src/pool/cool_downs/backoff.ts";
import { UpstreamFault } from "../../src/upstream/faults/upstream_fault.ts";

const MINUTE_MS = 60_000;

/** An account's rights. */
export interface MadeUpAccount {
  readonly id: string;
  /** Requests for each model. */
  readonly perMinute: number;
  readonly perDay: number;
  readonly maxConcurrent: number;
  readonly models: readonly string[];
}

/** What was used of one account's quotas for one model. */
interface Use {
  minuteEndMs: number;
  thisMinute: number;
  dayEndMs: number;
  today: number;
}

/** One account, as Google sees it. */
export class AccountAtGoogle {
  readonly account: MadeUpAccount;
  isRevoked = false;
  isOut = false;
  /** Requests that were refused for a day's quota. */
  refusedForTheDay = 0;
  readonly #use = new Map<string, Use>();

  constructor(account: MadeUpAccount) {
    this.account = account;
  }

  /** Whether a request would be answered. */
  wouldResponse(model: string, nowMs: number): boolean {
    const { perMinute, perDay } = this.account;
    const use = this.#useOf(model, nowMs);
    return this.account.models.includes(model) && !this.isRevoked && !this.isOut &&
      use.thisMinute < perMinute && use.today < perDay;
  }

  /**
   * Takes a request.
   *
   * @throws {UpstreamFault} The refusal.
   */
  take(model: string, nowMs: number): void {
    const { perMinute, perDay } = this.account;
    if (this.isOut) throw fault("transient", "UNAVAILABLE", {});
    if (this.isRevoked) throw fault("account", "PERMISSION_DENIED", {});
    const use = this.#useOf(model, nowMs);
    if (use.today >= perDay) {
      this.refusedForTheDay++;
      // Google names a delay of seconds with a day's quota, too.
      throw fault("account-model", "RESOURCE_EXHAUSTED", { quota: "day", delayMs: 34_000 });
    }
    if (use.thisMinute >= perMinute) {
      const delayMs = use.minuteEndMs - nowMs;
      throw fault("account-model", "RESOURCE_EXHAUSTED", { quota: "minute", delayMs });
    }
    use.thisMinute++;
    use.today++;
  }

  #useOf(model: string, nowMs: number): Use {
    let use = this.#use.get(model);
    if (use === undefined) {
      use = { minuteEndMs: 0, thisMinute: 0, dayEndMs: 0, today: 0 };
      this.#use.set(model, use);
    }
    if (use.minuteEndMs <= nowMs) {
      use.minuteEndMs = nowMs - nowMs % MINUTE_MS + MINUTE_MS;
      use.thisMinute = 0;
    }
    if (use.dayEndMs <= nowMs) {
      use.dayEndMs = nextPacificMidnight(nowMs);
      use.today = 0;
    }
    return use;
  }
}

function fault(
  scope: "transient" | "account" | "account-model",
  status: "UNAVAILABLE" | "PERMISSION_DENIED" | "RESOURCE_EXHAUSTED",
  facts: { readonly quota?: "minute" | "day"; readonly delayMs?: number },
): UpstreamFault {
  return new UpstreamFault(scope, new RpcError(status, `Made up: ${status}`), facts);
}
