/**
 * Access tokens: cached while they are valid, refreshed before they expire, with one request for all waiting
 * callers.
 *
 * @module
 */
import { ignore } from "../../base/ignore.ts";
import { type Moment, momentOf, msSince } from "../../pool/moment.ts";
import { unlessAborted } from "../../base/unless_aborted.ts";
import type { Grant } from "./grant_request.ts";
import { TokenError } from "./token_error.ts";
import type { TokenSource, TokenSourceOptions } from "./token_source.ts";

/** Options of {@linkcode AccessTokens}. */
export interface AccessTokensOptions extends Pick<TokenSourceOptions, "clock" | "random"> {
  /** Requests a new token; not called again before it has settled. */
  readonly request: () => Promise<Grant>;
  /** Called when a request was rejected for a reason that is not transient. Default: not called. */
  readonly onRefused?: ((error: TokenError) => Promise<void> | undefined) | undefined;
}

/** How long before its expiry a token is replaced, in ms, as in Google's own Node library. */
const AHEAD_MS = 300_000;

/** Random share of that time by which it is replaced earlier, so that accounts added together spread out. */
const JITTER = 0.2;

/** Back-off after the first failed request, in ms; it doubles with each further one. */
const FIRST_PAUSE_MS = 1_000;

/** Longest back-off, in ms. */
const LONGEST_PAUSE_MS = 60_000;

/** An access token and its times, in ms since it was requested. */
interface HeldToken {
  readonly value: string;
  readonly askedAt: Moment;
  readonly refreshAfterMs: number;
  readonly lifetimeMs: number;
}

/** The back-off after a failure. */
interface Pause {
  readonly error: unknown;
  readonly failures: number;
  readonly since: Moment;
  readonly lengthMs: number;
}

/** The access tokens of one account, for any type of credential. */
export class AccessTokens implements TokenSource {
  readonly #options: AccessTokensOptions;
  #held: HeldToken | undefined;
  #requesting: Promise<string> | undefined;
  #pause: Pause | undefined;

  constructor(options: AccessTokensOptions) {
    this.#options = options;
  }

  async token(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const { clock } = this.#options;
    const pause = this.#pause;
    const paused = pause && msSince(pause.since, clock) < pause.lengthMs ? pause : undefined;
    const ageMs = this.#held === undefined ? Infinity : msSince(this.#held.askedAt, clock);
    if (this.#held !== undefined && ageMs < this.#held.lifetimeMs) {
      // No caller waits for this refresh: the next caller without a valid token gets its error.
      if (ageMs >= this.#held.refreshAfterMs && !paused) this.#request().catch(ignore);
      return this.#held.value;
    }
    if (paused && this.#requesting === undefined) throw paused.error;
    return await unlessAborted(this.#request(), signal);
  }

  invalidate(token: string): void {
    // Several callers may report the same token, some of them after it was replaced.
    if (this.#held?.value === token) this.#held = undefined;
  }

  /** The pending request, or a new one. */
  #request(): Promise<string> {
    this.#requesting ??= this.#requestOnce().finally(() => {
      this.#requesting = undefined;
    });
    return this.#requesting;
  }

  async #requestOnce(): Promise<string> {
    const { clock, random = Math.random, request } = this.#options;
    // The token's lifetime begins between the request and the response.
    const askedAt = momentOf(clock);
    try {
      this.#held = heldToken(await request(), { askedAt, jitter: JITTER * random() });
      this.#pause = undefined;
      return this.#held.value;
    } catch (error) {
      const isRefused = error instanceof TokenError && error.reason !== "unavailable";
      if (isRefused) await this.#options.onRefused?.(error);
      const failures = (this.#pause?.failures ?? 0) + 1;
      const lengthMs = isRefused
        ? LONGEST_PAUSE_MS
        : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      this.#pause = { error, failures, since: momentOf(clock), lengthMs };
      throw error;
    }
  }
}

function heldToken(
  { accessToken, lifetimeMs }: Grant,
  { askedAt, jitter }: { readonly askedAt: Moment; readonly jitter: number },
): HeldToken {
  // A token with a short lifetime would otherwise be replaced with every call.
  const ahead = Math.min(AHEAD_MS, lifetimeMs / 2) * (1 + jitter);
  const refreshAfterMs = lifetimeMs - ahead;
  return { value: accessToken.reveal(), askedAt, refreshAfterMs, lifetimeMs };
}
