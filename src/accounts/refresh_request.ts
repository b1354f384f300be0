/**
 * One refresh at a token endpoint.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6}
 * @see {@link https://developers.google.com/identity/protocols/oauth2/web-server#offline}
 * @module
 */
import { z } from "zod";
import type { AuthorizedUser } from "./account.ts";
import { othersWords } from "./others_words.ts";
import { Secret } from "./secret.ts";
import { TokenError, type TokenErrorReason } from "./token_error.ts";

/** How long a refresh may take, in ms. */
const TIMEOUT_MS = 30_000;

/** How long a token is taken to live when the endpoint does not say, in ms. Google always says. */
const UNSTATED_LIFETIME_MS = 300_000;

/** RFC 6749 section 5.2, and what each means for the account. */
const REASONS: ReadonlyMap<string, TokenErrorReason> = new Map([
  ["invalid_grant", "invalid_grant"],
  ["invalid_client", "invalid_client"],
  ["unauthorized_client", "invalid_client"],
]);

const GRANT = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
});

const REFUSAL = z.object({ error: z.string(), error_description: z.string().optional() });

/** What a refresh gave. */
export interface Grant {
  readonly accessToken: Secret;
  /** How long the access token lives, in ms. */
  readonly lifetimeMs: number;
  /** Only where the endpoint replaced the one it was asked with. */
  readonly refreshToken: Secret | undefined;
}

/**
 * Asks the user's token endpoint for a new access token, with `refreshToken` in place of the user's own.
 *
 * @throws {TokenError}
 */
export async function requestRefresh(user: AuthorizedUser, refreshToken: Secret): Promise<Grant> {
  const { status, text } = await post(user, refreshToken);
  const body = parseJson(text);
  const grant = status === 200 ? GRANT.safeParse(body) : undefined;
  if (grant?.success) {
    const { access_token, expires_in, refresh_token } = grant.data;
    return {
      accessToken: new Secret(access_token),
      lifetimeMs: expires_in === undefined ? UNSTATED_LIFETIME_MS : expires_in * 1000,
      refreshToken: refresh_token === undefined ? undefined : new Secret(refresh_token),
    };
  }
  const refusal = REFUSAL.safeParse(body);
  if (refusal.success && status >= 400 && status < 500 && status !== 429) {
    const { error, error_description } = refusal.data;
    const reason = REASONS.get(error) ?? "refused";
    const words = error_description === undefined ? error : `${error_description} (${error})`;
    throw new TokenError(
      reason,
      `The token endpoint refused the refresh: ` +
        `${othersWords(words, [user.clientSecret, refreshToken])}${ADVICE[reason]}`,
    );
  }
  throw new TokenError(
    "unavailable",
    `The token endpoint ${new URL(user.tokenUri).host} answered ${status} without a token`,
  );
}

/** What the user can do about each reason. */
const ADVICE: Readonly<Record<TokenErrorReason, string>> = {
  invalid_grant: "; sign in again, then remove the account and add it with the new credentials",
  invalid_client: "; check the client id and client secret in the credentials file",
  unavailable: "",
  refused: "",
};

async function post(
  user: AuthorizedUser,
  refreshToken: Secret,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(user.tokenUri, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: refreshToken.reveal(),
        client_id: user.clientId,
        client_secret: user.clientSecret.reveal(),
      }),
      // The secrets go where the user said, and nowhere that an answer points to.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    const timedOut = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new TokenError(
      "unavailable",
      `The token endpoint ${new URL(user.tokenUri).host} ` +
        (timedOut ? `did not answer within ${TIMEOUT_MS / 1000} s` : "could not be reached"),
      { cause },
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
