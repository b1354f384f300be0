/**
 * The codes with which `pollux ui` opens the page without its user typing the admin key.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { type Clock, elapsedMs } from "../../base/clock.ts";
import { KeyDigest } from "./key_digest.ts";

/** How long a code is valid, in ms. */
export const CODE_MS = 120_000;

/** Most codes at a time; the oldest is dropped first. */
export const MOST_CODES = 20;

/** A code that was made. */
export interface UiCode {
  readonly code: string;
  /** In ms since the epoch. */
  readonly expiresAtMs: number;
}

/** The codes that nobody has used yet. */
export class UiCodes {
  readonly #clock: Clock;
  /** By the codes' digests, the oldest first: until when each is valid, in monotonic ms. */
  readonly #ends = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a code, which can be used once. */
  make(): UiCode {
    const code = randomBytes(24).toString("base64url");
    const [oldest] = this.#ends.keys();
    if (this.#ends.size >= MOST_CODES && oldest !== undefined) this.#ends.delete(oldest);
    this.#ends.set(new KeyDigest(code).hex, elapsedMs(this.#clock) + CODE_MS);
    return { code, expiresAtMs: this.#clock.now() + CODE_MS };
  }

  /** Whether a code is valid; it no longer is afterwards. */
  use(code: string): boolean {
    const { hex } = new KeyDigest(code);
    const endMs = this.#ends.get(hex);
    this.#ends.delete(hex);
    return endMs !== undefined && elapsedMs(this.#clock) < endMs;
  }
}
