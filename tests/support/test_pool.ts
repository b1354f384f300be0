/**
 * A pool for tests, and what is asked of it time and again.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Affinity } from "../../src/pool/sessions/affinity.ts";
import type { KeptCoolDown } from "../../src/pool/cool_downs/cool_down.ts";
import type { Failure } from "../../src/pool/cool_downs/failure.ts";
import type { Lease } from "../../src/pool/lease.ts";
import type { Selection } from "../../src/pool/selection.ts";
import { Pool } from "../../src/pool/pool.ts";
import type { PoolAccount } from "../../src/pool/pool_account.ts";
import type { Quotas } from "../../src/pool/quota/quotas.ts";
import type { StrategyName } from "../../src/pool/strategy.ts";
import type { PoolRequest } from "../../src/pool/selection.ts";
import { defined } from "../../src/base/defined.ts";
import { FakeClock } from "./fake_clock.ts";

/** How long a conversation stays bound, in ms. */
export const TTL_MS = 3_600_000;

/** The model that is asked for. */
export const MODEL = "m";

/** A request, of which a test names the model alone: it stands for capability and cool-down key. */
export type TestRequest =
  & Partial<Omit<PoolRequest, "capability" | "cooldownKey">>
  & { readonly model?: string };

/** What of a request names a model. */
export function ofModel(model: string): Pick<PoolRequest, "capability" | "cooldownKey"> {
  return { capability: { method: "generateContent", model }, cooldownKey: model };
}

/** An account; what is left out is as an account has it that the user did not change. */
export function account(id: string, settings: Partial<PoolAccount> = {}): PoolAccount {
  return { id, priority: 0, weight: 1, maxConcurrent: Infinity, ...settings };
}

/** A pool under test. */
export class TestPool {
  readonly clock: FakeClock;
  readonly affinity: Affinity;
  readonly pool: Pool;
  /** What was written behind of cool-downs: the row, or nothing where it healed. */
  readonly written = new Map<string, KeptCoolDown | undefined>();

  /** @param accounts Ids stand for accounts with nothing special about them. */
  constructor(
    accounts: readonly (string | PoolAccount)[],
    options: {
      readonly strategy?: StrategyName;
      readonly maxWaiting?: number;
      readonly kept?: readonly KeptCoolDown[];
      readonly clock?: FakeClock;
      readonly quotas?: Quotas;
    } = {},
  ) {
    const { clock = new FakeClock() } = options;
    this.clock = clock;
    const { strategy = "balance", maxWaiting = 100, kept = [] } = options;
    const sink = { bind() {}, unbind() {} };
    this.affinity = new Affinity({ clock, ttlMs: TTL_MS, capacity: 10_000, sink });
    this.pool = new Pool({
      clock,
      affinity: this.affinity,
      coolDownSink: {
        cool: (row) => this.written.set(`${row.accountId}/${row.cooldownKey}`, row),
        heal: (accountId, key) => this.written.set(`${accountId}/${key}`, undefined),
      },
      strategy,
      maxWaiting,
      ...defined({ quotas: options.quotas }),
    });
    this.pool.restore(kept);
    this.set(accounts);
  }

  /** Puts other accounts in place of those that there are. */
  set(accounts: readonly (string | PoolAccount)[], changed: readonly string[] = []): void {
    const whole = accounts.map((one) => typeof one === "string" ? account(one) : one);
    this.pool.setAccounts(whole, new Set(changed));
  }

  /** Asks the pool. */
  choose({ model = MODEL, ...request }: TestRequest = {}): Selection {
    return this.pool.choose({
      ...ofModel(model),
      tried: new Set(),
      patienceUntilMs: this.clock.now() + 30_000,
      ...request,
    });
  }

  /** Asks the pool for an account that there has to be. */
  lease(request: TestRequest = {}): Lease {
    const choice = this.choose(request);
    assert.equal(choice.type, "account");
    return choice.lease;
  }

  /** The account of a call that is answered at once, or what came instead of one. */
  chosen(request: TestRequest = {}): string {
    const choice = this.choose(request);
    if (choice.type !== "account") return choice.type;
    choice.lease[Symbol.dispose]();
    return choice.lease.accountId;
  }

  /** Makes a call that fails, to this account. */
  fail(
    accountId: string,
    failure: Partial<Failure> = {},
    request: TestRequest = {},
  ): void {
    const others = this.pool.snapshot().map((one) => one.accountId);
    const tried = new Set(others.filter((id) => id !== accountId));
    const lease = this.lease({ ...request, tried });
    this.pool.failed(lease, { kind: "quota", delayMs: undefined, reason: "Quota", ...failure });
  }
}
