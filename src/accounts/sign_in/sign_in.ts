/**
 * A user's sign-in with an OAuth client of their own: builds the URL to open, and exchanges the response for a
 * credential. Authorization code with PKCE (S256).
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app}
 * @module
 */
import * as oauth from "oauth4webapi";
import * as z from "zod";
import { USER_AGENT } from "../../base/user_agent.ts";
import type { AuthorizedUser } from "../account.ts";
import { AccountError } from "../account_error.ts";
import type { OAuthClient } from "../credentials/oauth_client.ts";
import { CLOUD_SCOPE } from "../tokens/cloud_scope.ts";
import { CertificateError } from "../network/certificate_error.ts";
import { networkFetch } from "../network/network.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { boundedText } from "../../base/text/bounded_text.ts";
import { parsedJson } from "../../base/json.ts";
import { Secret } from "../secret.ts";
import { refusedSignIn } from "./sign_in_refusal.ts";

/** The scopes that calls need, and the user's identity, as Google's own clients request it. */
const SCOPES = [
  CLOUD_SCOPE,
  "https://www.googleapis.com/auth/userinfo.email",
  "https://www.googleapis.com/auth/userinfo.profile",
];

/** Time limit for the token endpoint, in ms. */
const TIMEOUT_MS = 30_000;

const GRANT = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  scope: z.string().optional(),
});

const REFUSAL = z.object({ error: z.string(), error_description: z.string().optional() });

/** Options for requests to the token endpoint. */
export interface ExchangeOptions {
  /** Connections through the account's own proxy; absent if it has none. */
  readonly connections?: ProxyConnections | undefined;
}

/** A pending sign-in. */
export class SignIn {
  readonly #client: OAuthClient;
  readonly #redirectUri: string;
  readonly #connections: ProxyConnections | undefined;
  readonly #state = oauth.generateRandomState();
  readonly #verifier = oauth.generateRandomCodeVerifier();

  /** @param redirectUri The URL to which Google redirects the browser. */
  constructor(client: OAuthClient, redirectUri: string, { connections }: ExchangeOptions = {}) {
    this.#client = client;
    this.#redirectUri = redirectUri;
    this.#connections = connections;
  }

  /** The URL that the user opens. */
  async url(): Promise<string> {
    const url = new URL(this.#client.authUri);
    const parameters = {
      response_type: "code",
      client_id: this.#client.id,
      redirect_uri: this.#redirectUri,
      scope: SCOPES.join(" "),
      state: this.#state,
      code_challenge: await oauth.calculatePKCECodeChallenge(this.#verifier),
      code_challenge_method: "S256",
      access_type: "offline",
      // Without it Google gives no refresh token to a user who consented before.
      prompt: "consent",
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /**
   * Turns Google's response into a credential.
   *
   * @param answer The query of the URL that Google redirected to; or a bare code, which only PKCE binds to this
   * sign-in.
   * @throws {AccountError} that explains the failure; or the signal's reason.
   */
  async redeem(answer: URLSearchParams | string, signal: AbortSignal): Promise<AuthorizedUser> {
    const { id, secret, tokenUri } = this.#client;
    const grant = await this.#exchange(this.#checked(answer), signal);
    if (grant.scope !== undefined && !grant.scope.split(" ").includes(CLOUD_SCOPE)) {
      throw new AccountError(
        "Google signed you in without access to Google Cloud, so nothing was stored; run the " +
          "command again, and leave that access ticked on the consent page",
      );
    }
    if (grant.refresh_token === undefined) {
      throw new AccountError(
        "Google gave no refresh token, so nothing was stored; remove the client's access at " +
          "https://myaccount.google.com/permissions, then run the command again",
      );
    }
    return {
      type: "authorized_user",
      clientId: id,
      clientSecret: secret,
      refreshToken: new Secret(grant.refresh_token),
      tokenUri,
    };
  }

  get #server(): oauth.AuthorizationServer {
    // https://accounts.google.com for Google itself.
    return { issuer: new URL(this.#client.authUri).origin, token_endpoint: this.#client.tokenUri };
  }

  /** Validates that the response belongs to this sign-in and is successful. */
  #checked(answer: URLSearchParams | string): URLSearchParams {
    const isBare = typeof answer === "string";
    const parameters = isBare ? new URLSearchParams({ code: answer }) : answer;
    try {
      return oauth.validateAuthResponse(
        this.#server,
        { client_id: this.#client.id },
        parameters,
        isBare ? oauth.skipStateCheck : this.#state,
      );
    } catch (error) {
      if (error instanceof oauth.AuthorizationResponseError) throw this.#refused(error);
      throw new AccountError(
        `The response does not belong to this sign-in ("state" is not the one that was sent), so ` +
          `nothing was stored; run the command again, and open only the address that it prints`,
      );
    }
  }

  async #exchange(
    parameters: URLSearchParams,
    signal: AbortSignal,
  ): Promise<z.infer<typeof GRANT>> {
    const { status, text } = await this.#post(parameters, signal);
    const body = parsedJson(text);
    const grant = status === 200 ? GRANT.safeParse(body) : undefined;
    if (grant?.success) return grant.data;
    const refusal = REFUSAL.safeParse(body);
    if (refusal.success) throw this.#refused(refusal.data);
    throw new AccountError(
      `The token endpoint ${this.#tokenHost} returned ${status} without a token, so nothing was ` +
        `stored; run the command again`,
    );
  }

  async #post(
    parameters: URLSearchParams,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const connections = this.#connections;
    try {
      const response = await oauth.authorizationCodeGrantRequest(
        this.#server,
        { client_id: this.#client.id },
        oauth.ClientSecretPost(this.#client.secret.reveal()),
        parameters,
        this.#redirectUri,
        this.#verifier,
        {
          headers: { "user-agent": USER_AGENT },
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
          // The user named the endpoint, and was warned if it is not encrypted.
          [oauth.allowInsecureRequests]: true,
          [oauth.customFetch]: (url: string, init: RequestInit) =>
            connections === undefined ? networkFetch(url, init) : connections.fetch(url, init),
        },
      );
      return { status: response.status, text: await boundedText(response) };
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof oauth.OperationProcessingError) {
        throw new AccountError("The response has no code, so nothing was stored", { cause });
      }
      if (cause instanceof CertificateError) {
        throw new AccountError(`${cause.message}; nothing was stored`, { cause });
      }
      throw new AccountError(
        `The token endpoint ${this.#tokenHost} could not be reached` +
          (connections === undefined ? "" : " through the account's proxy") +
          ", so nothing was stored; run the command again",
        { cause },
      );
    }
  }

  get #tokenHost(): string {
    return new URL(this.#client.tokenUri).host;
  }

  #refused(
    refusal: { readonly error: string; readonly error_description?: string | undefined },
  ): AccountError {
    return refusedSignIn(refusal, {
      redirectUri: this.#redirectUri,
      secrets: [this.#client.secret, new Secret(this.#verifier)],
    });
  }
}
