/**
 * Access tokens: kept while they are good, refreshed ahead of time, once for all who wait.
 *
 * @module
 */
import type { AuthorizedUser } from "./account.ts";
import type { ProxyConnections } from "./proxy_connections.ts";
import { type Grant, requestRefresh } from "./refresh_request.ts";
import type { Secret } from "./secret.ts";
import { TokenError } from "./token_error.ts";

export { TokenError, type TokenErrorReason } from "./token_error.ts";

/** Gives access tokens for one account. */
export interface TokenSource {
  /**
   * A token that is good now.
   *
   * @param signal Ends the wait of this caller only.
   * @throws {TokenError} when none can be had, or the signal's reason.
   */
  token(signal: AbortSignal): Promise<string>;
  /** Says that upstream refused this token; the next call gets another. */
  invalidate(token: string): void;
}

/** What {@linkcode AuthorizedUserTokens} needs. */
export interface TokenSourceOptions {
  readonly clock: { now(): number };
  /**
   * Keeps the refresh token `to` that Google gave in place of `from`. Awaited before the new access
   * token is given out; when it rejects, the new refresh token is used all the same, and offered again
   * after the next refresh.
   */
  readonly onRefreshToken?: (from: Secret, to: Secret) => Promise<void>;
  /** The account's own way out; absent where it has no proxy. */
  readonly connections?: ProxyConnections | undefined;
}

/** How long before its end a token is replaced, in ms, as Google's own Node library does it. */
const REFRESH_AHEAD_MS = 300_000;

/** Pause after the first failed refresh, in ms; it doubles with each further one. */
const FIRST_PAUSE_MS = 1_000;

/** The longest pause between two refreshes that fail, in ms. */
const LONGEST_PAUSE_MS = 60_000;

/** An access token and its times, in ms since the epoch. */
interface HeldToken {
  readonly value: string;
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/** A failure that refreshes wait out. */
interface Pause {
  readonly error: unknown;
  readonly failures: number;
  /** In ms since the epoch. */
  readonly until: number;
}

/** Access tokens from a user's own refresh token. */
export class AuthorizedUserTokens implements TokenSource {
  readonly #user: AuthorizedUser;
  readonly #options: TokenSourceOptions;
  #refreshToken: Secret;
  /** The refresh token that is kept, as far as we know. */
  #keptRefreshToken: Secret;
  #held: HeldToken | undefined;
  #refreshing: Promise<string> | undefined;
  #pause: Pause | undefined;

  constructor(user: AuthorizedUser, options: TokenSourceOptions) {
    this.#user = user;
    this.#options = options;
    this.#refreshToken = user.refreshToken;
    this.#keptRefreshToken = user.refreshToken;
  }

  async token(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const now = this.#options.clock.now();
    const paused = this.#pause !== undefined && now < this.#pause.until ? this.#pause : undefined;
    if (this.#held !== undefined && now < this.#held.expiresAt) {
      // A failure now is nobody's: the next caller without a good token hears of it.
      if (now >= this.#held.refreshAt && !paused) this.#refresh().catch(ignore);
      return this.#held.value;
    }
    if (paused && this.#refreshing === undefined) throw paused.error;
    return await unlessAborted(this.#refresh(), signal);
  }

  invalidate(token: string): void {
    // Many callers may report the same token, some of them after it was replaced.
    if (this.#held?.value === token) this.#held = undefined;
  }

  /** The refresh that is under way, or a new one. */
  #refresh(): Promise<string> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<string> {
    try {
      const grant = await requestRefresh(this.#user, this.#refreshToken, this.#options);
      await this.#keepRefreshToken(grant);
      this.#held = heldToken(grant, this.#options.clock.now());
      this.#pause = undefined;
      return this.#held.value;
    } catch (error) {
      const failures = (this.#pause?.failures ?? 0) + 1;
      const pauseMs = error instanceof TokenError && error.reason !== "unavailable"
        ? LONGEST_PAUSE_MS
        : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      this.#pause = { error, failures, until: this.#options.clock.now() + pauseMs };
      throw error;
    }
  }

  async #keepRefreshToken(grant: Grant): Promise<void> {
    this.#refreshToken = grant.refreshToken ?? this.#refreshToken;
    const from = this.#keptRefreshToken;
    const to = this.#refreshToken;
    if (to.reveal() === from.reveal()) return;
    try {
      await this.#options.onRefreshToken?.(from, to);
      this.#keptRefreshToken = to;
    } catch {
      // The callback tells its own failures; here the token is only offered again later.
    }
  }
}

function heldToken(grant: Grant, now: number): HeldToken {
  // A token of a short life would otherwise be refreshed with every call.
  const ahead = Math.min(REFRESH_AHEAD_MS, grant.lifetimeMs / 2);
  const expiresAt = now + grant.lifetimeMs;
  return { value: grant.accessToken.reveal(), refreshAt: expiresAt - ahead, expiresAt };
}

/** Waits for `promise` until `signal` aborts; the promise itself goes on for others. */
async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  function abort(): void {
    aborted.reject(signal.reason);
  }
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function ignore(): void {}
