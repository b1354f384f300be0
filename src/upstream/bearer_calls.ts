/**
 * Calls that prove themselves with an access token, and what it means when one is refused or cannot be
 * had.
 *
 * @module
 */
import { TokenError } from "../accounts/token_error.ts";
import type { TokenSource } from "../accounts/token_source.ts";
import { RpcError } from "../gemini/rpc_error.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/** One account's calls. */
export class BearerCalls {
  readonly #tokens: TokenSource;
  /** Whether Google refused the last token: a call sent after that and refused too met no stale one. */
  #refusedBefore = false;

  constructor(tokens: TokenSource) {
    this.#tokens = tokens;
  }

  /**
   * Makes a call with a token that is good now.
   *
   * @param signal The call's own; its reason is an {@linkcode UpstreamFault}.
   * @param call Sends the request, with the value of its `Authorization` header.
   * @throws {UpstreamFault} What the call throws; a refused token as a passing fault, unless the one
   * before it was refused as well.
   */
  async send<T>(signal: AbortSignal, call: (authorization: string) => Promise<T>): Promise<T> {
    const token = await this.#token(signal);
    // As it is now: of the calls in flight with one revoked token each is refused, for the same reason.
    const refusedBefore = this.#refusedBefore;
    try {
      const answer = await call(`Bearer ${token}`);
      this.#refusedBefore = false;
      return answer;
    } catch (error) {
      throw this.#mindRefusal(error, { token, refusedBefore });
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

  /** A token can be revoked before it expires: the first refusal is the token's fault, not the account's. */
  #mindRefusal(
    error: unknown,
    sent: { readonly token: string; readonly refusedBefore: boolean },
  ): unknown {
    if (!(error instanceof UpstreamFault) || error.rpc.code !== 401) return error;
    this.#tokens.invalidate(sent.token);
    if (sent.refusedBefore) return error;
    this.#refusedBefore = true;
    return new UpstreamFault("passing", error.rpc);
  }
}

function faultOfToken(error: TokenError): UpstreamFault {
  return error.reason === "unavailable"
    ? new UpstreamFault("passing", new RpcError("UNAVAILABLE", error.message))
    : new UpstreamFault("account", new RpcError("UNAUTHENTICATED", error.message));
}
