/**
 * Access tokens that act as a service account, for whoever may make them.
 *
 * @see {@link https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken}
 * @module
 */
import * as z from "zod";
import { rpcErrorFromBody } from "../gemini/error_body.ts";
import { AccessTokens } from "./access_tokens.ts";
import type { Impersonation } from "./account.ts";
import { askEndpoint } from "./endpoint_request.ts";
import type { Grant } from "./grant_request.ts";
import { impersonatedAddress } from "./impersonated_file.ts";
import { othersWords } from "./others_words.ts";
import type { ProxyConnections } from "./proxy_connections.ts";
import { Secret } from "./secret.ts";
import { TokenError } from "./token_error.ts";
import type { TokenSource } from "./token_source.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

const RESPONSE = z.object({ accessToken: z.string().min(1), expireTime: z.string() });

const ADVICE = "grant whoever acts as the service account the role " +
  '"roles/iam.serviceAccountTokenCreator" on it, or "roles/iam.workloadIdentityUser"';

/** What {@linkcode ImpersonatedTokens} needs. */
export interface ImpersonatedTokensOptions {
  /** Tokens of whoever acts as the service account. */
  readonly source: TokenSource;
  readonly clock: { now(): number };
  /** Gives a number from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Hears that no token is given. */
  readonly onRefused?: ((error: TokenError) => Promise<void>) | undefined;
  /** The account's own way out; absent where it has no proxy. */
  readonly connections?: ProxyConnections | undefined;
}

/** Access tokens of one impersonated service account. */
export class ImpersonatedTokens implements TokenSource {
  readonly #impersonation: Impersonation;
  readonly #options: ImpersonatedTokensOptions;
  readonly #tokens: AccessTokens;

  constructor(impersonation: Impersonation, options: ImpersonatedTokensOptions) {
    const { clock, random } = options;
    this.#impersonation = impersonation;
    this.#options = options;
    this.#tokens = new AccessTokens({
      clock,
      ...(random === undefined ? {} : { random }),
      request: () => this.#request(),
    });
  }

  token(signal: AbortSignal): Promise<string> {
    return this.#tokens.token(signal);
  }

  invalidate(token: string): void {
    this.#tokens.invalidate(token);
  }

  async #request(): Promise<Grant> {
    const { source, onRefused } = this.#options;
    // Each request of the source has its own limit.
    const { signal } = new AbortController();
    let token = await source.token(signal);
    let response = await this.#ask(token);
    if (response.status === 401) {
      // It may have been revoked before its time.
      source.invalidate(token);
      token = await source.token(signal);
      response = await this.#ask(token);
    }
    const grant = response.status === 200 ? this.#grantIn(response.text) : undefined;
    if (grant !== undefined) return grant;
    const error = this.#errorOf(response, token);
    if (error.reason !== "unavailable") await onRefused?.(error);
    throw error;
  }

  #ask(token: string): Promise<{ readonly status: number; readonly text: string }> {
    const { url, delegates, lifetimeS } = this.#impersonation;
    return askEndpoint({
      url,
      init: {
        method: "POST",
        headers: { "authorization": `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({
          ...(delegates.length === 0 ? {} : { delegates }),
          scope: [SCOPE],
          lifetime: `${lifetimeS}s`,
        }),
      },
      what: "service account credentials API",
      connections: this.#options.connections,
    });
  }

  #grantIn(text: string): Grant | undefined {
    const parsed = RESPONSE.safeParse(parseJson(text));
    if (!parsed.success) return undefined;
    const { accessToken, expireTime } = parsed.data;
    const askedMs = this.#impersonation.lifetimeS * 1000;
    const leftMs = Date.parse(expireTime) - this.#options.clock.now();
    // By a clock that is ahead nothing is left: then it lives as long as was asked for.
    const lifetimeMs = leftMs > 0 ? Math.min(askedMs, leftMs) : askedMs;
    return { accessToken: new Secret(accessToken), lifetimeMs, refreshToken: undefined };
  }

  #errorOf(
    { status, text }: { readonly status: number; readonly text: string },
    token: string,
  ): TokenError {
    const { url } = this.#impersonation;
    const { host } = new URL(url);
    if (status < 400 || status >= 500 || status === 429) {
      const words =
        `The service account credentials API ${host} answered ${status} without a token`;
      return new TokenError("unavailable", words);
    }
    const secrets = [token, impersonatedAddress(url)].filter((one) => one !== "")
      .map((one) => new Secret(one));
    const said = othersWords(rpcErrorFromBody(status, text).message, secrets);
    return new TokenError(
      "refused",
      `The service account credentials API gives no token for the service account: ${said}; ${ADVICE}`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
