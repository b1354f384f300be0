/**
 * Access tokens from a user's own sign-in, whose refresh token may change: Google may replace it, and
 * so may another process.
 *
 * @module
 */
import { AccessTokens } from "./access_tokens.ts";
import type { AuthorizedUser } from "../account.ts";
import type { CredentialKeeper } from "../credentials/credential_keeper.ts";
import type { Grant } from "./grant_request.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { requestRefresh } from "./refresh_request.ts";
import type { Secret } from "../secret.ts";
import { TokenError } from "./token_error.ts";
import type { TokenSource, TokenSourceOptions } from "./token_source.ts";

/** What {@linkcode AuthorizedUserTokens} needs. */
export interface AuthorizedUserTokensOptions extends TokenSourceOptions {
  /** Google may replace the refresh token; the new one has to be kept. */
  readonly keeper?: CredentialKeeper;
}

/** Access tokens of one user. */
export class AuthorizedUserTokens implements TokenSource {
  readonly #tokens: AccessTokens;
  readonly #keeper: CredentialKeeper | undefined;
  readonly #connections: ProxyConnections | undefined;
  #user: AuthorizedUser;
  /** The refresh token that is kept, as far as we know. */
  #kept: Secret;

  constructor(user: AuthorizedUser, options: AuthorizedUserTokensOptions) {
    const { keeper, connections, ...rest } = options;
    this.#tokens = new AccessTokens({ ...rest, request: () => this.#request() });
    this.#keeper = keeper;
    this.#connections = connections;
    this.#user = user;
    this.#kept = user.refreshToken;
  }

  token(signal: AbortSignal): Promise<string> {
    return this.#tokens.token(signal);
  }

  invalidate(token: string): void {
    this.#tokens.invalidate(token);
  }

  /**
   * Refreshes, in turn with other processes: where each refresh ends the refresh token that it was
   * asked with, two at once would sign the user out.
   */
  async #request(): Promise<Grant> {
    if (this.#keeper === undefined) return await this.#refresh();
    return await this.#keeper.inTurn(async () => {
      await this.#lookUp();
      return await this.#refresh();
    });
  }

  async #refresh(): Promise<Grant> {
    while (true) {
      const user = this.#user;
      try {
        const grant = await requestRefresh(user, { connections: this.#connections });
        await this.#keep(grant.refreshToken ?? user.refreshToken);
        return grant;
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        // The user may have signed in again while this was under way.
        if (error.reason === "invalid_grant" && await this.#lookUp()) continue;
        if (error.reason !== "unavailable") await this.#keeper?.refused(user, error);
        throw error;
      }
    }
  }

  /**
   * Takes over the sign-in that is kept, unless it is the one whose successor could not be kept.
   *
   * @returns Whether that gave another refresh token.
   */
  async #lookUp(): Promise<boolean> {
    const kept = await this.#keeper?.current();
    if (kept?.type !== "authorized_user") return false;
    const isNew = kept.refreshToken.reveal() !== this.#kept.reveal();
    const refreshToken = isNew ? kept.refreshToken : this.#user.refreshToken;
    this.#user = { ...kept, refreshToken };
    this.#kept = kept.refreshToken;
    return isNew;
  }

  /** Keeps what the next refresh is to be asked with, before anything relies on it. */
  async #keep(refreshToken: Secret): Promise<void> {
    this.#user = { ...this.#user, refreshToken };
    if (refreshToken.reveal() === this.#kept.reveal()) return;
    try {
      await this.#keeper?.replaceRefreshToken(this.#kept, refreshToken);
      this.#kept = refreshToken;
    } catch {
      // The keeper tells its own failures; here the token is only offered again after the next refresh.
    }
  }
}
