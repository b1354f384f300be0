/**
 * The accounts that the gateway answers through, kept in step with the store.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { modelFilter } from "../accounts/model_filter.ts";
import type { Pool } from "../pool/pool.ts";
import type { PoolAccount } from "../pool/pool_account.ts";
import type { Upstream } from "../upstream/upstream.ts";

/** Where accounts come from. Another process may change them at any time. */
export interface AccountSource {
  /** Grows with every change of any account. Cheap: it is asked every second. */
  revision(): Promise<bigint>;
  /** All accounts, enabled or not. */
  list(): Promise<readonly Account[]>;
}

/** An account and its way to Google. */
export interface Member {
  readonly account: Account;
  readonly upstream: Upstream;
}

/** What a {@linkcode Roster} is made of. */
export interface RosterOptions {
  readonly accounts: AccountSource;
  readonly pool: Pool;
  readonly createUpstream: (account: Account) => Upstream;
  /** The store could not be read; what is known stays in force. */
  readonly onError: (error: unknown) => void;
}

/** How often the store is asked for changes, in ms. */
const POLL_MS = 1000;

/** The enabled accounts, with an upstream for each. */
export class Roster {
  readonly #options: RosterOptions;
  #members = new Map<string, Member>();
  #revision: bigint | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Reads the accounts, and keeps watching for changes until {@linkcode close}. */
  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => {
      this.refresh().catch(this.#options.onError);
    }, POLL_MS);
  }

  /** Stops watching. Resolves when nothing is being read any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#refreshing?.catch(this.#options.onError);
  }

  /** An enabled account, by its id. */
  get(accountId: string): Member | undefined {
    return this.#members.get(accountId);
  }

  /** All enabled accounts. */
  members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** Changes whenever an account does. */
  get revision(): bigint | undefined {
    return this.#revision;
  }

  /** Takes over what has changed in the store. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => this.#refreshing = undefined);
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const { accounts, pool, createUpstream } = this.#options;
    const revision = await accounts.revision();
    if (revision === this.#revision) return;
    const members = new Map<string, Member>();
    const changed = new Set<string>();
    for (const account of await accounts.list()) {
      if (!account.enabled) continue;
      const known = this.#members.get(account.id);
      // An unchanged account keeps its upstream, and with it the access token that it holds.
      if (known !== undefined && isSame(known.account, account)) {
        members.set(account.id, known);
        continue;
      }
      changed.add(account.id);
      members.set(account.id, { account, upstream: createUpstream(account) });
    }
    this.#members = members;
    this.#revision = revision;
    pool.setAccounts([...members.values()].map(toPoolAccount), changed);
  }
}

function toPoolAccount({ account }: Member): PoolAccount {
  const { id, priority = 0, weight = 1, maxConcurrent = Infinity, models } = account;
  const serves = models && modelFilter(models);
  return { id, priority, weight, maxConcurrent, serves };
}

/** Secrets print as `***`: a refresh token that Google replaced does not make an account another. */
function isSame(a: Account, b: Account): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
