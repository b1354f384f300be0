/**
 * The emulated Google's state of Live sessions: the open sessions, the states that clients can resume, and
 * the ephemeral tokens.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/live-session#session-resumption}
 * @module
 */
import { OpenSockets } from "../../base/open_sockets.ts";
import { AuthTokens } from "./auth_tokens.ts";
import type { WallClock } from "../../base/clock.ts";
import { dropOldest } from "../drop_oldest.ts";
import type { JsonObject } from "../../base/json.ts";

/** An open session, as tests see it. */
export interface OpenSession {
  /** Name of its account. */
  readonly account: string;
  /** Bare id of its model; undefined before the setup. */
  readonly model: string | undefined;
  /** Sends a frame; nothing once the socket is closed. */
  send(message: JsonObject): void;
  /** Closes the socket. */
  close(code: number, reason: string): void;
  /** Drops the connection without a close frame, after what was sent before. */
  drop(): void;
}

/** A state that a client can resume. */
export interface ResumableState {
  readonly project: string;
  /** The contents of the conversation. */
  readonly history: readonly JsonObject[];
  /** Turns that the model has completed. */
  readonly turns: number;
  /** In ms. */
  readonly expiresAt: number;
}

const MOST_STATES = 1000;

/** All of an emulator. */
export class LiveSockets {
  readonly tokens = new AuthTokens();
  /** The WebSockets of sessions, and of those that are refused. */
  readonly sockets = new OpenSockets();
  readonly #clock: WallClock;
  readonly #sessions = new Set<OpenSession>();
  readonly #states = new Map<string, ResumableState>();

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** In ms. */
  get now(): number {
    return this.#clock.now();
  }

  /** The open sessions, oldest first. */
  get sessions(): readonly OpenSession[] {
    return [...this.#sessions];
  }

  open(session: OpenSession): void {
    this.#sessions.add(session);
  }

  ended(session: OpenSession): void {
    this.#sessions.delete(session);
  }

  /** Keeps a state; returns its handle. */
  keep(state: ResumableState): string {
    const handle = crypto.randomUUID();
    this.#states.set(handle, state);
    dropOldest(this.#states, MOST_STATES);
    return handle;
  }

  /** Returns a state of a project, expired ones included. */
  find(handle: string, project: string): ResumableState | undefined {
    const state = this.#states.get(handle);
    return state?.project === project ? state : undefined;
  }

  /** Ends all sessions, as Google does when a server goes. */
  closeAll(): void {
    this.sockets.close(1001);
  }
}
