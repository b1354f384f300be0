/**
 * One request for an access token at a token endpoint, whatever it is asked with.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5}
 * @module
 */
import * as z from "zod";
import { defined } from "../../base/defined.ts";
import { utf8Bytes } from "../../base/text.ts";
import { askEndpoint, type EndpointResponse } from "./endpoint_request.ts";
import { othersWords } from "./others_words.ts";
import { parsedJson } from "../../base/json.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { Secret } from "../secret.ts";
import { TokenError, type TokenErrorReason } from "./token_error.ts";

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
  /** The OAuth client, where it proves itself by HTTP's own means (RFC 6749 section 2.3.1). */
  readonly client?: { readonly id: string; readonly secret: Secret };
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
  const body = parsedJson(text);
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
    `The token endpoint ${new URL(request.tokenUri).host} returned ${status} without a token`,
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

function post(request: GrantRequest): Promise<EndpointResponse> {
  const { tokenUri, form, client, connections } = request;
  return askEndpoint({
    url: tokenUri,
    init: {
      method: "POST",
      headers: {
        accept: "application/json",
        ...defined({ authorization: client && basic(client) }),
      },
      body: new URLSearchParams(form),
    },
    what: "token endpoint",
    connections,
  });
}

/** RFC 7617, in UTF-8. */
function basic({ id, secret }: NonNullable<GrantRequest["client"]>): string {
  return `Basic ${utf8Bytes(`${id}:${secret.reveal()}`).toBase64()}`;
}
