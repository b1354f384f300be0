/**
 * Authorization codes: issued by the consent page, valid for one exchange within ten minutes.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2}
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import { EMULATED_SECRET } from "./emulated_secret.ts";

/** A user's consent. */
export interface Consent {
  readonly account: EmulatedAccount;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  /** Base64url of the SHA-256 of the verifier; undefined if the client used no PKCE. */
  readonly challenge: string | undefined;
  /** Whether the exchange returns a refresh token as well. */
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

  /** Issues a code for a consent; it contains a slash, like Google's. */
  issue(consent: Consent): string {
    this.#count += 1;
    const code = `4/0A${EMULATED_SECRET}code-${this.#count}`;
    this.#consents.set(code, { ...consent, endsAt: this.#clock.now() + LIFETIME_MS });
    return code;
  }

  /** Returns the consent of a code, which stays valid. */
  peek(code: string): Consent | undefined {
    const consent = this.#consents.get(code);
    return consent !== undefined && this.#clock.now() < consent.endsAt ? consent : undefined;
  }

  /** Invalidates a code. */
  spend(code: string): void {
    this.#consents.delete(code);
  }
}
