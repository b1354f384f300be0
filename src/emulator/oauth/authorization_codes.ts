/**
 * Authorization codes: given out by the consent page, good for one exchange, for ten minutes.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2}
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type { EmulatedAccount } from "../emulated_accounts.ts";
import { EMULATED_SECRET } from "./emulated_secret.ts";

/** What a user consented to. */
export interface Consent {
  readonly account: EmulatedAccount;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  /** Base64url of the SHA-256 of the verifier; undefined where the client did without PKCE. */
  readonly challenge: string | undefined;
  /** Whether the exchange gives a refresh token as well. */
  readonly refreshes: boolean;
}

const LIFETIME_MS = 600_000;

/** The codes of one emulator. */
export class AuthorizationCodes {
  readonly #clock: WallClock;
  readonly #consents = new Map<string, Consent & { readonly endsAt: number }>();
  #count = 0;

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** A code for a consent; it has a slash in it, as Google's have. */
  issue(consent: Consent): string {
    this.#count += 1;
    const code = `4/0A${EMULATED_SECRET}code-${this.#count}`;
    this.#consents.set(code, { ...consent, endsAt: this.#clock.now() + LIFETIME_MS });
    return code;
  }

  /** The consent behind a code, which stays good. */
  peek(code: string): Consent | undefined {
    const consent = this.#consents.get(code);
    return consent !== undefined && this.#clock.now() < consent.endsAt ? consent : undefined;
  }

  /** Ends a code. */
  spend(code: string): void {
    this.#consents.delete(code);
  }
}
