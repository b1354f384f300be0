/**
 * One request for an access token at a token endpoint, with any type of grant.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5}
 * @module
 */
import * as z from "zod";
import { defined } from "../../base/defined.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import { askEndpoint, type EndpointResponse } from "./endpoint_request.ts";
import { thirdPartyText } from "./third_party_text.ts";
import { parsedJson } from "../../base/json.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { Secret } from "../secret.ts";
import { TokenError, type TokenErrorReason } from "./token_error.ts";

/** Assumed lifetime of a token if the endpoint does not send it, in ms. Google always sends it. */
const UNSTATED_LIFETIME_MS = 300_000;

/** The error codes of RFC 6749 section 5.2, and what each means for the account. */
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

/** A token endpoint's successful response. */
export interface Grant {
  readonly accessToken: Secret;
  /** Lifetime of the access token, in ms. */
  readonly lifetimeMs: number;
  /** Only if the endpoint replaced the refresh token. */
  readonly refreshToken: Secret | undefined;
}

/** What a rejection means, and what the user can do about it. */
export interface RefusalMeaning {
  readonly reason: TokenErrorReason;
  /** Ends the message. */
  readonly advice: string | undefined;
}

/** The request, and the messages if it is rejected. */
export interface GrantRequest {
  readonly tokenUri: string;
  /** The fields, secrets revealed. */
  readonly form: Readonly<Record<string, string>>;
  /** The OAuth client, if it authenticates with HTTP Basic authentication (RFC 6749 section 2.3.1). */
  readonly client?: { readonly id: string; readonly secret: Secret };
  /** Secrets that the endpoint may echo and no message may quote. */
  readonly secrets: readonly Secret[];
  /** The operation's name in messages: "refresh". */
  readonly what: string;
  /**
   * The meaning of an error message if its error code is ambiguous; returns undefined if the code is enough.
   */
  readonly meaningOf?: (words: string) => RefusalMeaning | undefined;
  /** What the user can do about a rejection; ends the message. */
  readonly advice: Readonly<Partial<Record<TokenErrorReason, string>>>;
  /** Connections through the account's own proxy; absent if it has none. */
  readonly connections?: ProxyConnections | undefined;
}

/**
 * Requests an access token from a token endpoint.
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
    `The token endpoint refused the ${what}: ${thirdPartyText(words, request.secrets)}` +
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
