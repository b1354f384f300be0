/**
 * The accounts of the emulated Google: their keys, credentials and tokens.
 *
 * @module
 */
import type { WallClock } from "../base/clock.ts";
import { type AccountOptions, EmulatedAccount, type UserOptions } from "./emulated_account.ts";
import { EMULATED_SECRET } from "./oauth/emulated_secret.ts";
import type { Service } from "./google_errors.ts";
import { OAUTH_CLIENT } from "./oauth/oauth_clients.ts";
import { makeServiceAccount, type ServiceAccountFile } from "./oauth/service_account.ts";

/** A credentials file of type `authorized_user`, whose `token_uri` is the emulator's. */
export interface AuthorizedUser {
  readonly type: "authorized_user";
  readonly client_id: string;
  readonly client_secret: string;
  readonly refresh_token: string;
  readonly token_uri: string;
}

/** Options of a service account. */
export interface ServiceAccountOptions {
  /** Project that it belongs to; default: a generated one. */
  readonly project?: string;
  /** Life of an access token, in seconds; default 3599. */
  readonly expiresInSeconds?: number;
}

/** Options of an API key. */
export interface ApiKeyOptions {
  /** Default: a generated one. */
  readonly key?: string;
  /** Project that owns what is made with the key; default: one of its own. */
  readonly project?: string;
}

/** A refresh token is valid only for the OAuth client that it was issued to. */
interface RefreshGrant {
  readonly account: EmulatedAccount;
  readonly clientId: string;
}

/** All accounts of one emulator. */
export class EmulatedAccounts {
  readonly #clock: WallClock;
  readonly #byName = new Map<string, EmulatedAccount>();
  readonly #byKey = new Map<string, EmulatedAccount>();
  readonly #users = new Map<string, EmulatedAccount>();
  readonly #byRefreshToken = new Map<string, RefreshGrant>();
  readonly #byEmail = new Map<string, EmulatedAccount>();
  readonly #byAccessToken = new Map<string, EmulatedAccount>();
  #tokenCount = 0;
  #refreshTokenCount = 0;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  addApiKey(name: string, options: ApiKeyOptions): string {
    const { key = `AQ.${EMULATED_SECRET}key-${this.#byName.size + 1}`, project } = options;
    const ownerProject = project ?? this.#nextProject;
    this.#byKey.set(key, this.#add(name, { ownerProject, hasKey: true }));
    return key;
  }

  addExpressKey(name: string): string {
    const key = `AQ.${EMULATED_SECRET}express-key-${this.#byName.size + 1}`;
    this.#byKey.set(key, this.#add(name, { isExpress: true, hasKey: true }));
    return key;
  }

  addServiceAccount(
    name: string,
    options: ServiceAccountOptions & { readonly tokenUri: string },
  ): ServiceAccountFile {
    const number = this.#byName.size + 1;
    const { project = this.#nextProject, tokenUri } = options;
    const email = `${EMULATED_SECRET}${number}@${project}.iam.gserviceaccount.com`;
    const { file, identity } = makeServiceAccount(number, { email, project, tokenUri });
    const account = this.#add(name, { ...options, project, serviceAccount: identity });
    this.#byEmail.set(file.client_email, account);
    return file;
  }

  /** Adds a principal without a Google credential. */
  addPrincipal(name: string): EmulatedAccount {
    return this.#add(name, {});
  }

  /** Adds a service account without a key; returns its address. */
  addServiceEmail(name: string, project: string): string {
    const email = `${EMULATED_SECRET}${this.#byName.size + 1}@${project}.iam.gserviceaccount.com`;
    this.#byEmail.set(email, this.#add(name, { project }));
    return email;
  }

  addUser(name: string, options: UserOptions & { readonly tokenUri: string }): AuthorizedUser {
    const { project = this.#nextProject } = options;
    const account = this.#add(name, { ...options, project });
    this.#users.set(name, account);
    account.consentedTo.add(OAUTH_CLIENT.id);
    const refreshToken = this.issueRefreshToken(account, OAUTH_CLIENT.id);
    return {
      type: "authorized_user",
      client_id: OAUTH_CLIENT.id,
      client_secret: OAUTH_CLIENT.secret,
      refresh_token: refreshToken,
      token_uri: options.tokenUri,
    };
  }

  /** Returns the account with that name; throws if there is none, since a script would have no effect. */
  named(name: string): EmulatedAccount {
    const account = this.#byName.get(name);
    if (account === undefined) throw new Error(`The emulator has no account named "${name}"`);
    return account;
  }

  all(): Iterable<EmulatedAccount> {
    return this.#byName.values();
  }

  /** Returns the account with that key, which is valid for one service only. */
  withKey(key: string, service: Service): EmulatedAccount | undefined {
    const account = this.#byKey.get(key);
    return account?.isExpress === (service === "aiplatform.googleapis.com") ? account : undefined;
  }

  /** Returns the service account with that address. */
  withEmail(email: string): EmulatedAccount | undefined {
    return this.#byEmail.get(email);
  }

  withRefreshToken(token: string): RefreshGrant | undefined {
    return this.#byRefreshToken.get(token);
  }

  /** Returns the accounts that a person can sign in to. */
  users(): Iterable<EmulatedAccount> {
    return this.#users.values();
  }

  user(name: string): EmulatedAccount | undefined {
    return this.#users.get(name);
  }

  /** Issues another refresh token to an account, for one OAuth client; older ones stay valid. */
  issueRefreshToken(account: EmulatedAccount, clientId: string): string {
    this.#refreshTokenCount += 1;
    const token = `1//${EMULATED_SECRET}refresh-${this.#refreshTokenCount}`;
    this.#byRefreshToken.set(token, { account, clientId });
    return token;
  }

  /** A user who revoked the grant consents again: earlier tokens stay revoked. */
  readmit(account: EmulatedAccount): void {
    if (!account.revoked) return;
    account.revoked = false;
    for (const [token, grant] of this.#byRefreshToken) {
      if (grant.account === account) this.#byRefreshToken.delete(token);
    }
  }

  /** Returns the account of a valid access token. */
  withAccessToken(token: string): EmulatedAccount | undefined {
    const account = this.#byAccessToken.get(token);
    return (account?.tokens.get(token) ?? 0) > this.#clock.now() ? account : undefined;
  }

  /** Issues a new access token to an account; older ones stay valid until they expire. */
  issueToken(account: EmulatedAccount): string {
    this.#tokenCount += 1;
    const token = `ya29.${EMULATED_SECRET}access-${this.#tokenCount}`;
    const now = this.#clock.now();
    for (const [old, end] of account.tokens) if (end <= now) this.#forget(account, old);
    account.tokens.set(token, now + account.expiresInSeconds * 1000);
    this.#byAccessToken.set(token, account);
    return token;
  }

  /** Replaces the refresh token `old` if its user's tokens rotate. */
  rotate(old: string): string | undefined {
    const grant = this.#byRefreshToken.get(old);
    if (!grant?.account.rotates) return undefined;
    this.#byRefreshToken.delete(old);
    return this.issueRefreshToken(grant.account, grant.clientId);
  }

  /** Revokes all access tokens of an account. */
  revokeTokens(account: EmulatedAccount): void {
    for (const token of account.tokens.keys()) this.#forget(account, token);
  }

  #forget(account: EmulatedAccount, token: string): void {
    account.tokens.delete(token);
    this.#byAccessToken.delete(token);
  }

  get #nextProject(): string {
    return `emulated-project-${this.#byName.size + 1}`;
  }

  #add(name: string, options: Partial<AccountOptions>): EmulatedAccount {
    if (this.#byName.has(name)) {
      throw new Error(`The emulator already has an account named "${name}"; choose another name`);
    }
    const ownerProject = options.project ?? this.#nextProject;
    const account = new EmulatedAccount(name, { ownerProject, ...options });
    this.#byName.set(name, account);
    return account;
  }
}
