/**
 * One request for an access token at a token endpoint, whatever it is asked with.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5}
 * @module
 */
import * as z from "zod";
import { boundedText } from "./bounded_text.ts";
import { othersWords } from "./others_words.ts";
import type { ProxyConnections } from "./proxy_connections.ts";
import { Secret } from "./secret.ts";
import { TokenError, type TokenErrorReason } from "./token_error.ts";

/**
 * How long a request may take, in ms. Calls whose account has no good token wait for it, so it is far
 * shorter than what a client waits for an answer.
 */
const TIMEOUT_MS = 10_000;

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

/** What a token endpoint gave. */
export interface Grant {
  readonly accessToken: Secret;
  /** How long the access token lives, in ms. */
  readonly lifetimeMs: number;
  /** Only where the endpoint replaced the one it was asked with. */
  readonly refreshToken: Secret | undefined;
}

/** What a refusal means, and what the user can do about it. */
export interface RefusalMeaning {
  readonly reason: TokenErrorReason;
  /** Ends the message. */
  readonly advice: string | undefined;
}

/** What to ask, and what to say when it is refused. */
export interface GrantRequest {
  readonly tokenUri: string;
  /** The fields, secrets revealed. */
  readonly form: Readonly<Record<string, string>>;
  /** What the endpoint may echo and no message may repeat. */
  readonly secrets: readonly Secret[];
  /** What is refused, for a message: "refresh". */
  readonly what: string;
  /** What these words mean where the error itself does not tell; undefined where it does. */
  readonly meaningOf?: (words: string) => RefusalMeaning | undefined;
  /** What the user can do about a refusal; ends the message. */
  readonly advice: Readonly<Partial<Record<TokenErrorReason, string>>>;
  /** The account's own way out; absent where it has no proxy. */
  readonly connections?: ProxyConnections | undefined;
}

/**
 * Asks a token endpoint for an access token.
 *
 * @throws {TokenError}
 */
export async function requestGrant(request: GrantRequest): Promise<Grant> {
  const { status, text } = await post(request);
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
    throw refused(refusal.data, request);
  }
  throw new TokenError(
    "unavailable",
    `The token endpoint ${new URL(request.tokenUri).host} answered ${status} without a token`,
  );
}

function refused(refusal: z.infer<typeof REFUSAL>, request: GrantRequest): TokenError {
  const { error, error_description } = refusal;
  const words = error_description === undefined ? error : `${error_description} (${error})`;
  const { reason, advice } = request.meaningOf?.(words) ?? usualMeaning(error, request);
  const what = reason === "invalid_client" ? "OAuth client" : request.what;
  return new TokenError(
    reason,
    `The token endpoint refused the ${what}: ${othersWords(words, request.secrets)}` +
      (advice === undefined ? "" : `; ${advice}`),
  );
}

function usualMeaning(error: string, { advice }: GrantRequest): RefusalMeaning {
  const reason = REASONS.get(error) ?? "refused";
  return { reason, advice: advice[reason] };
}

async function post(
  { tokenUri, form, connections }: GrantRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const init: RequestInit = {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(form),
    // The secrets go where the user said, and nowhere that an answer points to.
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  try {
    const response =
      await (connections === undefined ? fetch(tokenUri, init) : connections.fetch(tokenUri, init));
    return { status: response.status, text: await boundedText(response) };
  } catch (cause) {
    const timedOut = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new TokenError(
      "unavailable",
      `The token endpoint ${new URL(tokenUri).host} ` +
        (timedOut ? `did not answer within ${TIMEOUT_MS / 1000} s` : "could not be reached") +
        (connections === undefined ? "" : " through the account's proxy"),
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
