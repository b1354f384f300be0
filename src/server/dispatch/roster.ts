/**
 * The accounts that the gateway uses, synchronized with the store.
 *
 * @module
 */
import type { Account, Credential } from "../../accounts/account.ts";
import { credentialSecret } from "../../accounts/credentials/credential_secret.ts";
import { modelFilter } from "../../accounts/model_filter.ts";
import { defined } from "../../base/defined.ts";
import { METHOD_NAMES, type MethodName } from "../../gemini/api/methods.ts";
import type { Pool } from "../../pool/pool.ts";
import type { PoolAccount } from "../../pool/pool_account.ts";
import type { Upstream } from "../../upstream/upstream.ts";

/** The source of accounts. Another process may change them at any time. */
export interface AccountSource {
  /** Increases with every change of an account. Must be cheap, since it is called every second. */
  revision(): Promise<bigint>;
  /** All accounts, enabled or not. */
  list(): Promise<readonly Account[]>;
}

/** An account and its upstream. */
export interface Member {
  readonly account: Account;
  readonly upstream: Upstream;
  /** Whether the account may be used for a model; absent if it may be used for all. */
  readonly answersFor?: (model: string) => boolean;
}

/** The options of a {@linkcode Roster}. */
export interface RosterOptions {
  readonly accounts: AccountSource;
  readonly pool: Pool;
  readonly createUpstream: (account: Account) => Upstream;
  /**
   * Called when accounts have changed.
   *
   * @param members All enabled accounts.
   * @param changed The ids of accounts with a new upstream, since they were added, enabled or edited.
   */
  readonly onChange: (members: readonly Member[], changed: ReadonlySet<string>) => void;
  /** Called when the store could not be read; the known accounts stay in use. */
  readonly onError: (error: unknown) => void;
  /** Called when no upstream could be created for an account; the others are used. */
  readonly onLeftOut: (error: unknown) => void;
}

/** How often the store is checked for changes, in ms. */
export const POLL_MS = 1000;

/** The enabled accounts, with an upstream for each. */
export class Roster {
  readonly #options: RosterOptions;
  #members = new Map<string, Member>();
  #disabled: readonly Account[] = [];
  #revision: bigint | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Reads the accounts, and checks for changes until {@linkcode close}. */
  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => {
      this.refresh().catch(this.#options.onError);
    }, POLL_MS);
  }

  /** Stops checking. Resolves when no read is pending. Calls in flight continue. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#refreshing?.catch(this.#options.onError);
    for (const { upstream } of this.#members.values()) upstream.close();
  }

  /** An enabled account, by its id. */
  get(accountId: string): Member | undefined {
    return this.#members.get(accountId);
  }

  /** All enabled accounts. */
  members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** Whether any enabled account can serve a method, regardless of the rules for models. */
  canServe(method: MethodName): boolean {
    return this.members().some(({ upstream }) => upstream.serves(method));
  }

  /** The disabled accounts. */
  get disabled(): readonly Account[] {
    return this.#disabled;
  }

  /** Changes whenever an account changes. */
  get revision(): bigint | undefined {
    return this.#revision;
  }

  /** Applies changes in the store. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => this.#refreshing = undefined);
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const { accounts, pool } = this.#options;
    const revision = await accounts.revision();
    if (revision === this.#revision) return;
    const members = new Map<string, Member>();
    const changed = new Set<string>();
    const listed = await accounts.list();
    for (const account of listed) {
      if (!account.enabled) continue;
      const known = this.#members.get(account.id);
      // An account whose upstream settings did not change keeps its upstream, with its access token.
      const isKept = known !== undefined && goesTheSameWay(known.account, account);
      const upstream = isKept ? known.upstream : this.#wayOut(account);
      if (upstream === undefined) continue;
      if (!isKept) changed.add(account.id);
      members.set(account.id, {
        account,
        upstream,
        ...defined({ answersFor: account.models && modelFilter(account.models) }),
      });
    }
    const before = this.#members;
    this.#members = members;
    this.#disabled = listed.filter(({ enabled }) => !enabled);
    this.#revision = revision;
    pool.setAccounts([...members.values()].map(toPoolAccount), changed);
    this.#options.onChange([...members.values()], changed);
    for (const [id, { upstream }] of before) {
      if (members.get(id)?.upstream !== upstream) upstream.close();
    }
  }

  /** Creates an upstream; undefined if that fails, which is reported. */
  #wayOut(account: Account): Upstream | undefined {
    const { createUpstream, onLeftOut } = this.#options;
    try {
      return createUpstream(account);
    } catch (error) {
      onLeftOut(error);
      return undefined;
    }
  }
}

function toPoolAccount(member: Member): PoolAccount {
  const { id, priority = 0, weight = 1, maxConcurrent = Infinity } = member.account;
  return { id, priority, weight, maxConcurrent, serves: servesOf(member) };
}

/** The capabilities of the account, by its kind and the user's rules for models. */
function servesOf({ upstream, answersFor }: Member): PoolAccount["serves"] {
  if (answersFor === undefined && METHOD_NAMES.every((name) => upstream.serves(name))) {
    return undefined;
  }
  return ({ method, model }) =>
    upstream.serves(method, model) &&
    (answersFor === undefined || model === "" || (model !== undefined && answersFor(model)));
}

/**
 * Whether the upstream of one version of an account works for the other: they differ in nothing that it uses.
 * Secrets serialize as `***`, so a refresh token that Google replaced is no difference: an upstream reads the
 * stored one before it uses it.
 */
function goesTheSameWay(a: Account, b: Account): boolean {
  return JSON.stringify(wayOf(a)) === JSON.stringify(wayOf(b)) &&
    a.proxy?.reveal() === b.proxy?.reveal() &&
    lastingSecretOf(a.credential) === lastingSecretOf(b.credential);
}

/** The secret of a credential that only the user changes; empty if Google can replace it. */
function lastingSecretOf(credential: Credential): string {
  return credential.type === "authorized_user" ? "" : credentialSecret(credential);
}

/** An account without the properties that its upstream does not use. */
function wayOf(account: Account): Partial<Account> {
  const { name: _name, labels: _labels, models: _models, projectGroup: _group, ...rest } = account;
  const { priority: _priority, weight: _weight, maxConcurrent: _maxConcurrent, ...way } = rest;
  return way;
}
