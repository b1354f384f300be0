/**
 * Refreshes the access token of a user's own sign-in.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6}
 * @see {@link https://developers.google.com/identity/protocols/oauth2/web-server#offline}
 * @module
 */
import type { AuthorizedUser } from "../account.ts";
import { type Grant, requestGrant } from "./grant_request.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";

/** What the user can do about a rejection. */
const ADVICE = {
  invalid_grant: 'sign in again with "pollux login" under the name of the account, or remove the ' +
    "account and add it with new credentials",
  invalid_client:
    "this is a configuration mistake, and the account stays enabled: check the client id and " +
    'client secret that it came with, then sign in again with "pollux login" under the name of the ' +
    "account, or remove the account and add it again",
} as const;

/** Options of {@linkcode requestRefresh}. */
export interface RefreshOptions {
  /** Connections through the account's own proxy; absent if it has none. */
  readonly connections?: ProxyConnections | undefined;
}

/**
 * Requests a new access token from the user's token endpoint.
 *
 * @throws {TokenError}
 */
export function requestRefresh(
  user: AuthorizedUser,
  { connections }: RefreshOptions = {},
): Promise<Grant> {
  const { clientId, clientSecret, refreshToken, tokenUri } = user;
  return requestGrant({
    tokenUri,
    form: {
      grant_type: "refresh_token",
      refresh_token: refreshToken.reveal(),
      client_id: clientId,
      client_secret: clientSecret.reveal(),
    },
    secrets: [clientSecret, refreshToken],
    what: "refresh",
    advice: ADVICE,
    connections,
  });
}
