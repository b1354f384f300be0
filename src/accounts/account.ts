/**
 * What Pollux knows of one account.
 *
 * @module
 */
import type { Secret } from "./secret.ts";

/** How an account proves itself to its upstream. */
export type Credential =
  | { readonly type: "api_key"; readonly key: Secret }
  | AuthorizedUser;

/**
 * A user's own refresh token, as `gcloud auth application-default login` writes it.
 *
 * @see {@link https://cloud.google.com/docs/authentication/application-default-credentials}
 */
export interface AuthorizedUser {
  readonly type: "authorized_user";
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
  /** Where tokens are refreshed. */
  readonly tokenUri: string;
}

/** Which models an account answers for. `*` in a pattern stands for any run of characters. */
export interface ModelRules {
  /** Only these; empty for every model. */
  readonly allow: readonly string[];
  /** Never these, whatever `allow` says. */
  readonly deny: readonly string[];
}

/** One account. Immutable: a change makes a new one. */
export interface Account {
  /** A random id that stays when the name changes. */
  readonly id: string;
  /** The user's name for it: letters, digits, `.`, `_`, `-`; unique; never an e-mail address. */
  readonly name: string;
  readonly kind: "gemini-api" | "code-assist";
  readonly enabled: boolean;
  /** Where to send calls, tried in order; never empty. No trailing slash. */
  readonly baseUrls: readonly string[];
  /** Google Cloud project, where the kind has one and it is known. */
  readonly project?: string;
  /** Accounts of a higher priority answer while one of them can. Default: 0. */
  readonly priority?: number;
  /** Its share of the calls among accounts of its priority, from 1 on. Default: 1. */
  readonly weight?: number;
  /** Most calls at once. Default: no limit. */
  readonly maxConcurrent?: number;
  /** Default: every model. */
  readonly models?: ModelRules;
  /** Why Pollux itself disabled the account, in words for the user. */
  readonly disabledReason?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** When the user last signed in with {@linkcode credential}, RFC 3339; absent where it came from a file. */
  readonly signedInAt?: string;
  readonly credential: Credential;
}
