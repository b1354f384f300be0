/**
 * The data of one account.
 *
 * @module
 */
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import type { Secret } from "./secret.ts";

/** How an account authenticates to its upstream. */
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
 * A service account with one of its keys, as the Google Cloud console creates it.
 *
 * @see {@link https://cloud.google.com/iam/docs/keys-create-delete}
 */
export interface ServiceAccount {
  readonly type: "service_account";
  /** The issuer of signed assertions: the account's e-mail address, which is never shown. */
  readonly clientEmail: string;
  /** Absent if the file does not contain it: Google then tries each of the account's keys. */
  readonly privateKeyId?: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: Secret;
  /** Where signed assertions are exchanged for tokens. */
  readonly tokenUri: string;
  /** The project that the service account belongs to, if the file names it. */
  readonly projectId?: string;
}

/** A service account that another credential acts as. */
export interface ImpersonatedServiceAccount {
  readonly type: "impersonated_service_account";
  /** The credentials file as JSON: it contains the source's secrets, and addresses of service accounts. */
  readonly file: Secret;
  /** The credential that acts as the service account. */
  readonly source: AuthorizedUser | ServiceAccount | ExternalAccount;
  /** The token endpoint of the source. */
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
  /** The credentials file as JSON: it may contain secrets, and addresses of service accounts. */
  readonly file: Secret;
  /** The provider's name at Google. */
  readonly audience: string;
  readonly subjectTokenType: string;
  /** Where subject tokens are exchanged. */
  readonly tokenUri: string;
  /** Where subject tokens come from. */
  readonly subject: SubjectTokenSource;
  /** The OAuth client that sends the request, if there is one. */
  readonly client?: { readonly id: string; readonly secret: Secret };
  /** The project that is billed for a workforce pool's user. */
  readonly userProject?: string;
  /** The service account that the exchanged token acts as; absent if the token is used itself. */
  readonly impersonation?: Impersonation;
}

/** How to get a token that acts as a service account. */
export interface Impersonation {
  /** `…/serviceAccounts/<address>:generateAccessToken`. */
  readonly url: string;
  /** The delegation chain: service accounts, each of which may act as the next. */
  readonly delegates: readonly string[];
  /** Lifetime of a token, in seconds. */
  readonly lifetimeS: number;
}

/** Where the token of another provider is read; `member`: the name of its member, if the source is JSON. */
export type SubjectTokenSource =
  & { readonly member?: string }
  & (
    | { readonly file: string }
    | { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  );

/** Which models an account serves. `*` in a pattern stands for any run of characters. */
export interface ModelRules {
  /** Only these; empty for every model. */
  readonly allow: readonly string[];
  /** Never these, whatever `allow` says. */
  readonly deny: readonly string[];
}

/** One account. Immutable: a change creates a new object. */
export interface Account {
  /** A random id that does not change when the name changes. */
  readonly id: string;
  /** The user's name for it: letters, digits, `.`, `_`, `-`; unique; never an e-mail address. */
  readonly name: string;
  readonly kind: AccountKind;
  readonly enabled: boolean;
  /** Where to send calls, tried in order; never empty. No trailing slash. */
  readonly baseUrls: readonly string[];
  /** Google Cloud project, if the kind has one and it is known. */
  readonly project?: string;
  /** Where Vertex AI serves the models: a region, a multi-region or `global`. */
  readonly location?: string;
  /** Accounts with a higher priority are selected while one of them is usable. Default: 0. */
  readonly priority?: number;
  /** Its share of the calls among accounts of its priority, from 1 on. Default: 1. */
  readonly weight?: number;
  /** Most calls at once. Default: no limit. */
  readonly maxConcurrent?: number;
  /** Default: every model. */
  readonly models?: ModelRules;
  /** The user's labels, to distinguish accounts. Default: none. */
  readonly labels?: readonly string[];
  /** The project that Google bills and limits instead of the credential's own. Default: none. */
  readonly quotaProject?: string;
  /**
   * The user's name for the project of an API key: accounts of one group share their files and caches. Default:
   * a project of its own, until Pollux learns otherwise.
   */
  readonly projectGroup?: string;
  /** The proxy's URL, with user name and password if it requires them. Default: no proxy. */
  readonly proxy?: Secret;
  /** Why Pollux itself disabled the account, as a message for the user. */
  readonly disabledReason?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** When the user last signed in with {@linkcode credential}, RFC 3339; absent if it came from a file. */
  readonly signedInAt?: string;
  /**
   * How often the user ended the account's cool-downs: a gateway that sees it increase uses the account at
   * once.
   */
  readonly restsEnded?: number;
  readonly credential: Credential;
}
