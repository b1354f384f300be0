/**
 * Access tokens from a user's own sign-in, whose refresh token may be replaced by Google or by another process.
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

/** Options of {@linkcode AuthorizedUserTokens}. */
export interface AuthorizedUserTokensOptions extends TokenSourceOptions {
  /** Stores the new refresh token if Google replaces it. */
  readonly keeper?: CredentialKeeper;
}

/** Access tokens of one user. */
export class AuthorizedUserTokens implements TokenSource {
  readonly #tokens: AccessTokens;
  readonly #keeper: CredentialKeeper | undefined;
  readonly #connections: ProxyConnections | undefined;
  #user: AuthorizedUser;
  /** The stored refresh token, when it was last read. */
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
   * Refreshes under a lock shared with other processes: if each refresh invalidates the refresh token it used,
   * two at once would sign the user out.
   */
  async #request(): Promise<Grant> {
    if (this.#keeper === undefined) return await this.#refresh();
    return await this.#keeper.withLock(async () => {
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
        // The user may have signed in again during the request.
        if (error.reason === "invalid_grant" && await this.#lookUp()) continue;
        if (error.reason !== "unavailable") await this.#keeper?.refused(user, error);
        throw error;
      }
    }
  }

  /**
   * Uses the stored sign-in, unless it is the one whose successor could not be stored.
   *
   * @returns Whether the refresh token changed.
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

  /** Stores the refresh token for the next refresh before anything relies on it. */
  async #keep(refreshToken: Secret): Promise<void> {
    this.#user = { ...this.#user, refreshToken };
    if (refreshToken.reveal() === this.#kept.reveal()) return;
    try {
      await this.#keeper?.replaceRefreshToken(this.#kept, refreshToken);
      this.#kept = refreshToken;
    } catch {
      // The keeper reports its own failures; this only tries to store the token again after the next refresh.
    }
  }
}
