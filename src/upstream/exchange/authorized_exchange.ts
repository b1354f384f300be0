/**
 * Calls with an access token, which Google may reject before it expires: a token can be revoked, and then the
 * rejection is the token's fault and not the account's.
 *
 * @module
 */
import { CertificateError } from "../../accounts/network/certificate_error.ts";
import { TokenError } from "../../accounts/tokens/token_error.ts";
import type { TokenSource } from "../../accounts/tokens/token_source.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { SearchBounds } from "../base_urls.ts";
import { maySendAgain } from "../faults/may_send_again.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";

/** The request is not sent without a token. */
const UNSENT = { isUndone: true, isTokenMissing: true } as const;

/** The exchanges of one account. */
export class AuthorizedExchange {
  readonly #tokens: TokenSource;
  /** The first token that was rejected since the last successful response. */
  #refused: string | undefined;

  constructor(tokens: TokenSource) {
    this.#tokens = tokens;
  }

  /**
   * Sends with a token. If Google rejects the token, it is replaced and `send` is retried once, if the bounds
   * allow.
   *
   * @param bounds The call's bounds.
   * @param send Sends with `Authorization: Bearer <token>`; counts its own attempts.
   * @throws {UpstreamFault} A rejection is the account's fault only if a new token was rejected as well.
   */
  async run<T>(bounds: SearchBounds, send: (token: string) => Promise<T>): Promise<T> {
    const { signal, budget, retry } = bounds;
    const token = await this.#token(signal);
    try {
      return await this.#sendWith(token, send);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // All pending calls with a revoked token are rejected for the same reason.
      this.#refused ??= token;
      if (this.#refused !== token || error.isFinal || !maySendAgain(error, retry)) throw error;
      if (budget?.spent || signal.aborted) {
        throw new UpstreamFault("transient", error.rpc, { isUndone: true });
      }
    }
    return await this.#sendWith(await this.#token(signal), send);
  }

  async #sendWith<T>(token: string, send: (token: string) => Promise<T>): Promise<T> {
    try {
      const response = await send(token);
      this.#refused = undefined;
      return response;
    } catch (error) {
      if (isRefusal(error)) this.#tokens.invalidate(token);
      throw error;
    }
  }

  async #token(signal: AbortSignal): Promise<string> {
    try {
      return await this.#tokens.token(signal);
    } catch (error) {
      if (signal.aborted && signal.reason instanceof UpstreamFault) throw signal.reason;
      throw error instanceof TokenError ? faultOfToken(error) : error;
    }
  }
}

function isRefusal(error: unknown): error is UpstreamFault {
  return error instanceof UpstreamFault && error.rpc.code === 401;
}

function faultOfToken(error: TokenError): UpstreamFault {
  if (error.cause instanceof CertificateError) {
    // Only this account depends on the token endpoint. The status is one that clients do not retry.
    const facts = { ...UNSENT, owner: "network", isLasting: true } as const;
    return new UpstreamFault(
      "transient",
      new RpcError("FAILED_PRECONDITION", error.message),
      facts,
    );
  }
  return error.reason === "unavailable"
    ? new UpstreamFault("transient", new RpcError("UNAVAILABLE", error.message), UNSENT)
    : new UpstreamFault("account", new RpcError("UNAUTHENTICATED", error.message), UNSENT);
}
