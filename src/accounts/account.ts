/**
 * What Pollux knows of one account.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { Secret } from "./secret.ts";

/** How an account proves itself to its upstream. */
export type Credential =
  | { readonly type: "api_key"; readonly key: Secret }
  | AuthorizedUser
  | ServiceAccount
  | ImpersonatedServiceAccount
  | ExternalAccount;

/** Credentials that get their access tokens from a token endpoint. */
export type TokenCredential = Exclude<Credential, { readonly type: "api_key" }>;

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

/**
 * A service account with one of its keys, as the Google Cloud console gives it out.
 *
 * @see {@link https://cloud.google.com/iam/docs/keys-create-delete}
 */
export interface ServiceAccount {
  readonly type: "service_account";
  /** Who signs: the account's own address, which is shown as little as anybody's. */
  readonly clientEmail: string;
  /** Absent where the file does not say: Google then tries each of the account's keys. */
  readonly privateKeyId?: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: Secret;
  /** Where signed assertions are exchanged for tokens. */
  readonly tokenUri: string;
  /** The project that the service account belongs to, where the file says so. */
  readonly projectId?: string;
}

/** A service account that another credential acts as. */
export interface ImpersonatedServiceAccount {
  readonly type: "impersonated_service_account";
  /** The credentials file as JSON: it holds the source's secrets, and addresses of service accounts. */
  readonly file: Secret;
  /** Who acts as the service account. */
  readonly source: AuthorizedUser | ServiceAccount | ExternalAccount;
  /** The source's. */
  readonly tokenUri: string;
  readonly impersonation: Impersonation;
}

/**
 * A token of another identity provider, which Google's Security Token Service exchanges.
 *
 * @see {@link https://google.aip.dev/auth/4117}
 */
export interface ExternalAccount {
  readonly type: "external_account";
  /** The credentials file as JSON: it may hold secrets, and addresses of service accounts. */
  readonly file: Secret;
  /** The provider, as Google names it. */
  readonly audience: string;
  readonly subjectTokenType: string;
  /** Where subject tokens are exchanged. */
  readonly tokenUri: string;
  /** Where subject tokens come from. */
  readonly subject: SubjectTokenSource;
  /** The OAuth client that asks, where there is one. */
  readonly client?: { readonly id: string; readonly secret: Secret };
  /** The project that a workforce pool's user is billed with. */
  readonly userProject?: string;
  /** The service account that the exchanged token acts as, where it is not used itself. */
  readonly impersonation?: Impersonation;
}

/** How a token is had that acts as a service account. */
export interface Impersonation {
  /** `…/serviceAccounts/<address>:generateAccessToken`. */
  readonly url: string;
  /** Service accounts that stand between, each of which may act as the next. */
  readonly delegates: readonly string[];
  /** How long a token lives, in seconds. */
  readonly lifetimeS: number;
}

/** Where the token of another provider is read; `member`: the name of its member, where that is JSON. */
export type SubjectTokenSource =
  & { readonly member?: string }
  & (
    | { readonly file: string }
    | { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  );

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
  readonly kind: AccountKind;
  readonly enabled: boolean;
  /** Where to send calls, tried in order; never empty. No trailing slash. */
  readonly baseUrls: readonly string[];
  /** Google Cloud project, where the kind has one and it is known. */
  readonly project?: string;
  /** Where Vertex AI serves the models: a region, a multi-region or `global`. */
  readonly location?: string;
  /** Accounts of a higher priority answer while one of them can. Default: 0. */
  readonly priority?: number;
  /** Its share of the calls among accounts of its priority, from 1 on. Default: 1. */
  readonly weight?: number;
  /** Most calls at once. Default: no limit. */
  readonly maxConcurrent?: number;
  /** Default: every model. */
  readonly models?: ModelRules;
  /** The user's own words for it, to tell accounts apart. Default: none. */
  readonly labels?: readonly string[];
  /** The project that Google bills and limits in place of the credential's own. Default: none. */
  readonly quotaProject?: string;
  /** The proxy's URL, with user name and password where it asks for them. Default: no proxy. */
  readonly proxy?: Secret;
  /** Why Pollux itself disabled the account, in words for the user. */
  readonly disabledReason?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** When the user last signed in with {@linkcode credential}, RFC 3339; absent where it came from a file. */
  readonly signedInAt?: string;
  /** How often the user ended its rests: a gateway that sees it grow uses the account at once. */
  readonly restsEnded?: number;
  readonly credential: Credential;
}
