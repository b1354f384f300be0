/**
 * The stored accounts: add, look up, change, remove. It converts accounts to rows; the row store persists them.
 *
 * @module
 */
import type { AccountRow, AccountRowStore } from "../base/stored/account_row.ts";
import type { AuditDoor } from "../base/stored/audit_entry.ts";
import type { WallClock } from "../base/clock.ts";
import { defined } from "../base/defined.ts";
import type { Account, AuthorizedUser, Credential } from "./account.ts";
import { type AccountChange, changedFields, withRestsEnded } from "./account_change.ts";
import { AccountError } from "./account_error.ts";
import { auditedAccounts } from "./audited_accounts.ts";
import { checkName } from "./account_name.ts";
import {
  fromRow,
  isUnreadable,
  toRow,
  type UnreadableAccount,
  withCredential,
  withProxy,
  withRefreshToken,
} from "./account_record.ts";
import { publicPart } from "./credentials/credential_record.ts";
import { credentialSecret } from "./credentials/credential_secret.ts";
import type { Secret } from "./secret.ts";

/**
 * An account to be added: the book assigns its id and date, and it is enabled unless it says otherwise or has a
 * `disabledReason`.
 */
export type NewAccount =
  & Omit<Account, "id" | "createdAt" | "enabled">
  & Partial<Pick<Account, "enabled">>;

/** The fields that a new sign-in replaces; omitted ones are kept. */
export interface Renewal {
  readonly credential: AuthorizedUser;
  readonly project?: string;
  readonly location?: string;
  readonly baseUrls?: readonly string[];
  /** Why the account cannot be used despite the sign-in. */
  readonly disabledReason?: string;
}

/** Every stored account, ordered by name. */
export interface AccountListing {
  readonly accounts: readonly Account[];
  readonly unreadable: readonly UnreadableAccount[];
}

/** The accounts of one store. */
export class AccountBook {
  readonly #rows: AccountRowStore;
  readonly #clock: WallClock;

  /** Its changes are entered in the audit log under `door`. */
  constructor(
    rows: AccountRowStore,
    clock: WallClock,
    { door = "gateway" }: { readonly door?: AuditDoor } = {},
  ) {
    this.#rows = auditedAccounts(rows, door);
    this.#clock = clock;
  }

  /** Every account; those that this version cannot read are listed separately. */
  async list(): Promise<AccountListing> {
    const accounts: Account[] = [];
    const unreadable: UnreadableAccount[] = [];
    for (const row of await this.#rows.list()) {
      const account = fromRow(row);
      if (isUnreadable(account)) unreadable.push(account);
      else accounts.push(account);
    }
    return { accounts: accounts.sort(byName), unreadable: unreadable.sort(byName) };
  }

  /**
   * The account of that name.
   *
   * @throws {AccountError} when there is none, or this version cannot read it.
   */
  async get(name: string): Promise<Account> {
    const row = await this.#rows.find(name);
    if (row === undefined) throw noSuchAccount(name);
    return readable(row);
  }

  /**
   * Adds an account.
   *
   * @throws {AccountError} when the name is invalid or taken; nothing is changed then.
   */
  async add(account: NewAccount): Promise<Account> {
    checkName(account.name);
    const added: Account = {
      id: crypto.randomUUID(),
      enabled: account.disabledReason === undefined,
      createdAt: this.#now(),
      ...account,
    };
    if (!await this.#rows.insert(toRow(added))) throw nameTaken(account.name);
    return added;
  }

  /**
   * Rejects a name that {@linkcode add} would reject, before a user is asked for more.
   *
   * @throws {AccountError} as {@linkcode add} does.
   */
  async checkFree(name: string): Promise<void> {
    checkName(name);
    if (await this.#rows.find(name) !== undefined) throw nameTaken(name);
  }

  /**
   * The account of that name, if there is one: for a sign-in, which may renew it.
   *
   * @throws {AccountError} when the name is invalid, or this version cannot read the account.
   */
  async find(name: string): Promise<Account | undefined> {
    checkName(name);
    const row = await this.#rows.find(name);
    return row === undefined ? undefined : readable(row);
  }

  /**
   * Replaces an account's credential with that of a new sign-in, enables the account unless there is a
   * `disabledReason`, and ends its cool-downs. Its id and all other settings are kept.
   *
   * @throws {AccountError} when the account was removed meanwhile.
   */
  async renew(account: Account, renewal: Renewal): Promise<Account> {
    const { credential, disabledReason = null, ...rest } = renewal;
    const change = {
      ...rest,
      enabled: disabledReason === null,
      disabledReason,
      signedInAt: this.#now(),
    };
    const row = await this.#rows.update(account.id, (row) => {
      const { credential: from } = readable(row);
      return {
        endsRests: true,
        fields: {
          ...withRestsEnded(changedFields(row.fields, change)),
          credential: publicPart(credential),
        },
        ...(row.secret === undefined
          ? {}
          : { secret: withCredential(row.secret, { from, to: credential }) }),
      };
    });
    if (row === undefined) throw noSuchAccount(account.name);
    return readable(row);
  }

  /** Enables the account of that name, clears the reason why it was disabled, and ends its cool-downs. */
  async enable(name: string): Promise<Account> {
    const { id } = await this.get(name);
    const row = await this.#rows.update(id, (row) => ({
      endsRests: true,
      fields: withRestsEnded(changedFields(row.fields, { enabled: true, disabledReason: null })),
    }));
    if (row === undefined) throw noSuchAccount(name);
    return readable(row);
  }

  /** Ends the cool-downs of the account of that id, in running gateways and in those that start later. */
  async endRests(id: string): Promise<void> {
    await this.#rows.update(
      id,
      ({ fields }) => ({ endsRests: true, fields: withRestsEnded(fields) }),
    );
  }

  /** Disables the account of that name at the user's request. */
  async disable(name: string): Promise<Account> {
    return await this.edit(name, { enabled: false });
  }

  /**
   * Changes only the given fields of the account of that id: other processes' changes and fields of a newer
   * version are kept.
   *
   * @returns The account afterwards; undefined when it was removed meanwhile.
   * @throws {AccountError} when the new name is invalid or taken; nothing is changed then.
   */
  async update(id: string, change: AccountChange): Promise<Account | undefined> {
    const { name, key } = change;
    if (name !== undefined) checkName(name);
    const row = await this.#rows.update(id, (row) => {
      const fields = changedFields(row.fields, change);
      return {
        ...defined({ name, secret: changedSecret(row, change) }),
        ...(key === undefined ? { fields } : { endsRests: true, fields: withRestsEnded(fields) }),
      };
    });
    if (row === undefined) return undefined;
    if (name !== undefined && row.name !== name) throw nameTaken(name);
    return readable(row);
  }

  /**
   * Changes the account of that name as {@linkcode update} does.
   *
   * @throws {AccountError} Also when there is none, or this version cannot read it.
   */
  async edit(name: string, change: AccountChange): Promise<Account> {
    const { id } = await this.get(name);
    const account = await this.update(id, change);
    if (account === undefined) throw noSuchAccount(name);
    return account;
  }

  /**
   * Disables an account that Google rejected as it is in `account`, unless its credential has changed since: a
   * new sign-in takes precedence.
   *
   * @param reason A message for the user.
   * @returns The account afterwards; undefined when it was removed meanwhile.
   */
  async refuse(account: Account, reason: string): Promise<Account | undefined> {
    const row = await this.#rows.update(account.id, (row) => {
      if (readable(row).signedInAt !== account.signedInAt) return undefined;
      return { fields: changedFields(row.fields, { enabled: false, disabledReason: reason }) };
    });
    return row === undefined ? undefined : readable(row);
  }

  /**
   * Replaces the stored refresh token `from` with `to`, unless another one was stored meanwhile: a new sign-in
   * takes precedence.
   */
  async replaceRefreshToken(
    id: string,
    { from, to }: { readonly from: Secret; readonly to: Secret },
  ): Promise<void> {
    await this.#rows.update(id, (row) => {
      const { credential } = readable(row);
      if (row.secret === undefined || credential.type !== "authorized_user") return undefined;
      if (credential.refreshToken.reveal() !== from.reveal()) return undefined;
      return { secret: withRefreshToken(row.secret, to) };
    });
  }

  /**
   * The currently stored credential of the account of that id.
   *
   * @returns Undefined when the account was removed.
   * @throws {AccountError} when this version cannot read it.
   */
  async credential(id: string): Promise<Credential | undefined> {
    const row = await this.#rows.update(id, () => undefined);
    return row === undefined ? undefined : readable(row).credential;
  }

  /**
   * Disables an account whose credential was rejected permanently, unless another one was stored meanwhile.
   *
   * @returns Whether the account is disabled now, for that reason.
   */
  async disableRefused(
    id: string,
    { credential, reason }: { readonly credential: Credential; readonly reason: string },
  ): Promise<boolean> {
    const row = await this.#rows.update(id, (row) => {
      const account = readable(row);
      if (
        !account.enabled || credentialSecret(account.credential) !== credentialSecret(credential)
      ) {
        return undefined;
      }
      return { fields: changedFields(row.fields, { enabled: false, disabledReason: reason }) };
    });
    return row?.fields["disabledReason"] === reason;
  }

  /**
   * Removes the account of that name, whether this version can read it or not.
   *
   * @returns False when there was none.
   */
  async remove(name: string): Promise<boolean> {
    const row = await this.#rows.find(name);
    return row === undefined ? false : await this.#rows.remove(row.id);
  }

  /** A number that grows with every change to any account, by any process. */
  revision(): Promise<bigint> {
    return this.#rows.revision();
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function readable(row: AccountRow): Account {
  const account = fromRow(row);
  if (isUnreadable(account)) {
    throw new AccountError(`Account "${account.name}" cannot be used: ${account.reason}`);
  }
  return account;
}

/** The error for a name that no account has. */
export function noSuchAccount(name: string): AccountError {
  return new AccountError(
    `There is no account "${name}"; "pollux accounts list" shows all accounts`,
    { why: "missing" },
  );
}

function nameTaken(name: string): AccountError {
  return new AccountError(
    `An account "${name}" already exists; choose another name, ` +
      `or remove it first: pollux accounts remove ${name}`,
    { why: "taken" },
  );
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

/** The secret part of a row with a change applied; undefined if it stays as it is. */
function changedSecret(row: AccountRow, { proxy, key }: AccountChange): string | undefined {
  const { secret } = row;
  if (secret === undefined) return undefined;
  const proxied = proxy === undefined ? undefined : withProxy(secret, proxy);
  if (key === undefined) return proxied;
  const { credential: from } = readable(row);
  return withCredential(proxied ?? secret, { from, to: { type: "api_key", key } });
}
