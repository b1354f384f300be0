/**
 * The accounts of the emulated Google: their credentials, tokens and scripts.
 *
 * @module
 */
import type { WallClock } from "../base/clock.ts";
import { EMULATED_SECRET } from "./oauth/emulated_secret.ts";
import type { Service } from "./google_errors.ts";
import { isModelMethod } from "./models/model_methods.ts";
import { OAUTH_CLIENT } from "./oauth/oauth_clients.ts";
import { type Outcome, type OutcomeSpec, outcomeSpec } from "./script/outcome.ts";
import {
  makeServiceAccount,
  type ServiceAccountFile,
  type ServiceAccountIdentity,
} from "./oauth/service_account.ts";

/** Google's message for a user who may not use Code Assist. */
export interface IneligibleTier {
  readonly reasonCode: string;
  readonly reasonMessage: string;
  readonly tierId: string;
  readonly tierName: string;
  readonly [field: string]: unknown;
}

/** Options of a user. */
export interface UserOptions {
  /** Project that Google manages for the user; null: the user supplies one. Default: a generated one. */
  readonly project?: string | null;
  /** Id of the current tier; default `standard-tier`. */
  readonly tier?: string;
  /** True for the refusal that individuals get since June 2026, or another message. */
  readonly ineligible?: true | IneligibleTier;
  /**
   * False for a user who is new to Code Assist: onboardUser must be called first. A number: how often the
   * operation then reports that it is not done. Default true.
   */
  readonly onboarded?: boolean | number;
  /** Life of an access token, in seconds; default 3599. */
  readonly expiresInSeconds?: number;
  /** Whether each refresh returns a new refresh token and revokes the used one. */
  readonly rotates?: boolean;
}

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

/** Selects the calls that a script applies to. */
export interface ScriptFilter {
  /** Bare model id. */
  readonly model?: string;
  /**
   * A method of models, as `generateContent`; without it, any of them. The other calls are scripted
   * only by name: `token`, `loadCodeAssist`, `onboardUser`, `operation`,
   * `fetchAvailableModels`, `models`.
   */
  readonly method?: string;
}

const UNSUPPORTED_CLIENT: IneligibleTier = {
  reasonCode: "UNSUPPORTED_CLIENT",
  reasonMessage:
    "This client is no longer supported for Gemini Code Assist for individuals. To continue using " +
    "Gemini, please migrate to the Antigravity suite of products: https://antigravity.google",
  tierId: "free-tier",
  tierName: "Gemini Code Assist for individuals",
};

interface ScriptedOutcome {
  readonly outcome: OutcomeSpec;
  readonly filter: ScriptFilter;
}

interface AccountOptions extends UserOptions {
  readonly isExpress?: boolean;
  readonly serviceAccount?: ServiceAccountIdentity;
}

/** One account. */
export class EmulatedAccount {
  readonly name: string;
  /** Project of a user; null if any is accepted. */
  readonly project: string | null;
  readonly tier: string;
  readonly ineligible: IneligibleTier | undefined;
  /** Life of an access token, in seconds. */
  readonly expiresInSeconds: number;
  /** Whether it is an API key of Vertex AI's express mode. */
  readonly isExpress: boolean;
  /** For a service account: the data that its assertions are checked against. */
  readonly serviceAccount: ServiceAccountIdentity | undefined;
  /** Whether each refresh replaces the refresh token. */
  readonly rotates: boolean;
  /** Whether Code Assist knows the user. */
  onboarded: boolean;
  /** How often the operation of an onboarding will still report that it is not done. */
  pollsLeft: number;
  /** The project that the user supplied for an onboarding. */
  ownProject: string | undefined;
  /** Name of the operation of an onboarding. */
  operation: string | undefined;
  /** Ids of the OAuth clients that the user has consented to. */
  readonly consentedTo = new Set<string>();
  /** Whether the user revoked the grant, or the service account's key was deleted. */
  revoked = false;
  /** How often a token was requested. */
  tokenRequests = 0;
  /** Access tokens and their expiry, in ms. */
  readonly tokens = new Map<string, number>();
  #queue: ScriptedOutcome[] = [];
  #standing: OutcomeSpec = { type: "ok" };

  constructor(name: string, options: AccountOptions) {
    this.name = name;
    this.project = options.project ?? null;
    this.tier = options.tier ?? "standard-tier";
    this.ineligible = options.ineligible === true ? UNSUPPORTED_CLIENT : options.ineligible;
    this.expiresInSeconds = options.expiresInSeconds ?? 3599;
    this.isExpress = options.isExpress ?? false;
    this.serviceAccount = options.serviceAccount;
    this.rotates = options.rotates ?? false;
    this.onboarded = options.onboarded === undefined || options.onboarded === true;
    this.pollsLeft = typeof options.onboarded === "number" ? options.onboarded : 0;
  }

  script(outcomes: readonly Outcome[], filter: ScriptFilter): void {
    this.#queue.push(...outcomes.map((outcome) => ({ outcome: outcomeSpec(outcome), filter })));
  }

  always(outcome: Outcome): void {
    this.#standing = outcomeSpec(outcome);
  }

  forgetScript(): void {
    this.#queue = [];
    this.#standing = { type: "ok" };
  }

  /** Removes and returns the first outcome in the queue that applies to such a call. */
  take(call: { readonly method: string; readonly model?: string }): OutcomeSpec {
    const isModelCall = isModelMethod(call.method);
    const index = this.#queue.findIndex(({ filter }) =>
      (filter.method === undefined ? isModelCall : filter.method === call.method) &&
      (filter.model === undefined || filter.model === call.model)
    );
    if (index >= 0) return this.#queue.splice(index, 1)[0]?.outcome ?? this.#standing;
    return isModelCall ? this.#standing : { type: "ok" };
  }
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

  addApiKey(name: string, key = `AQ.${EMULATED_SECRET}key-${this.#byName.size + 1}`): string {
    this.#byKey.set(key, this.#add(name, {}));
    return key;
  }

  addExpressKey(name: string): string {
    const key = `AQ.${EMULATED_SECRET}express-key-${this.#byName.size + 1}`;
    this.#byKey.set(key, this.#add(name, { isExpress: true }));
    return key;
  }

  addServiceAccount(
    name: string,
    options: ServiceAccountOptions & { readonly tokenUri: string },
  ): ServiceAccountFile {
    const number = this.#byName.size + 1;
    const { project = `emulated-project-${number}`, tokenUri } = options;
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
    const number = this.#byName.size + 1;
    const { project = `emulated-project-${number}` } = options;
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

  #add(name: string, options: AccountOptions): EmulatedAccount {
    if (this.#byName.has(name)) {
      throw new Error(`The emulator already has an account named "${name}"; choose another name`);
    }
    const account = new EmulatedAccount(name, options);
    this.#byName.set(name, account);
    return account;
  }
}
