/**
 * The accounts that the gateway answers through, kept in step with the store.
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
  /** Whether the account may answer for a model; absent where it may for every one. */
  readonly answersFor?: (model: string) => boolean;
}

/** What a {@linkcode Roster} is made of. */
export interface RosterOptions {
  readonly accounts: AccountSource;
  readonly pool: Pool;
  readonly createUpstream: (account: Account) => Upstream;
  /**
   * Accounts have changed.
   *
   * @param members All enabled accounts.
   * @param changed The ids of those with a new upstream: they are new, were enabled or edited.
   */
  readonly onChange: (members: readonly Member[], changed: ReadonlySet<string>) => void;
  /** The store could not be read; what is known stays in force. */
  readonly onError: (error: unknown) => void;
  /** An account has no way to Google; the others answer. */
  readonly onLeftOut: (error: unknown) => void;
}

/** How often the store is asked for changes, in ms: one is in force at the next time. */
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

  /** Reads the accounts, and keeps watching for changes until {@linkcode close}. */
  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => {
      this.refresh().catch(this.#options.onError);
    }, POLL_MS);
  }

  /** Stops watching. Resolves when nothing is being read any more. Calls in flight go on. */
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

  /** Whether any enabled account can serve a method, whatever the rules for models say. */
  canServe(method: MethodName): boolean {
    return this.members().some(({ upstream }) => upstream.serves(method));
  }

  /** The accounts that are kept and not used. */
  get disabled(): readonly Account[] {
    return this.#disabled;
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
    const { accounts, pool } = this.#options;
    const revision = await accounts.revision();
    if (revision === this.#revision) return;
    const members = new Map<string, Member>();
    const changed = new Set<string>();
    const listed = await accounts.list();
    for (const account of listed) {
      if (!account.enabled) continue;
      const known = this.#members.get(account.id);
      // The same way to Google keeps its upstream, and with it the access token that it holds.
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

  /** A new upstream; undefined for an account that cannot have one, which is told. */
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

/** What the account can do, by its kind and by the user's rules for models. */
function servesOf({ upstream, answersFor }: Member): PoolAccount["serves"] {
  if (answersFor === undefined && METHOD_NAMES.every((name) => upstream.serves(name))) {
    return undefined;
  }
  return ({ method, model }) =>
    upstream.serves(method, model) &&
    (answersFor === undefined || (model !== undefined && answersFor(model)));
}

/**
 * Whether an upstream made for one serves the other: they differ in nothing that it uses.
 * Secrets print as `***`: a refresh token that Google replaced is no difference, and an upstream looks
 * up itself which one is kept before it uses it.
 */
function goesTheSameWay(a: Account, b: Account): boolean {
  return JSON.stringify(wayOf(a)) === JSON.stringify(wayOf(b)) &&
    a.proxy?.reveal() === b.proxy?.reveal() &&
    lastingSecretOf(a.credential) === lastingSecretOf(b.credential);
}

/** What only the user changes of a credential's secrets. */
function lastingSecretOf(credential: Credential): string {
  return credential.type === "authorized_user" ? "" : credentialSecret(credential);
}

/** An account without what only the choice between accounts, or the user, looks at. */
function wayOf(account: Account): Partial<Account> {
  const { name: _name, labels: _labels, models: _models, ...rest } = account;
  const { priority: _priority, weight: _weight, maxConcurrent: _maxConcurrent, ...way } = rest;
  return way;
}
