/**
 * The sessions of the page. They are in memory, so a restart ends them.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { type Clock, elapsedMs } from "../../base/clock.ts";
import { KeyDigest } from "./key_digest.ts";

/** How long a session lasts, in ms. */
export const SESSION_MS = 12 * 3_600_000;

/** Most sessions; the oldest is dropped first. */
export const MOST_SESSIONS = 100;

/** The header with the session's token, in lower case. */
export const TOKEN_HEADER = "x-pollux-token";

/** A session that was opened. */
export interface OpenedSession {
  /** For the cookie, which no script can read. */
  readonly id: string;
  /** For the header {@linkcode TOKEN_HEADER}: only scripts of the page's own origin know it. */
  readonly token: string;
  /** In ms since the epoch. */
  readonly expiresAtMs: number;
}

/** What is remembered of a session. */
interface Session {
  readonly token: KeyDigest;
  /** In ms since the epoch. */
  readonly expiresAtMs: number;
  /** The same in monotonic ms. */
  readonly endMs: number;
}

/** The sessions. */
export class PageSessions {
  readonly #clock: Clock;
  /** By the digests of their ids, the oldest first. */
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Opens a session. Its id and its token are always new ones. */
  open(): OpenedSession {
    const id = randomBytes(32).toString("base64url");
    const token = randomBytes(32).toString("base64url");
    const expiresAtMs = this.#clock.now() + SESSION_MS;
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    this.#sessions.set(new KeyDigest(id).hex, {
      token: new KeyDigest(token),
      expiresAtMs,
      endMs: elapsedMs(this.#clock) + SESSION_MS,
    });
    return { id, token, expiresAtMs };
  }

  /** Finds a session by its id and its token. */
  find(id: string, token: string): Pick<OpenedSession, "expiresAtMs"> | undefined {
    const { hex } = new KeyDigest(id);
    const session = this.#sessions.get(hex);
    if (session === undefined) return undefined;
    if (elapsedMs(this.#clock) >= session.endMs) {
      this.#sessions.delete(hex);
      return undefined;
    }
    return session.token.matches(token) ? session : undefined;
  }

  /** Ends a session, if there is one of that id. */
  end(id: string): void {
    this.#sessions.delete(new KeyDigest(id).hex);
  }
}
