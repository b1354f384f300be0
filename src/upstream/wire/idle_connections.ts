/**
 * The pool of idle connections.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { type Moment, momentOf } from "../../pool/moment.ts";
import type { Connection } from "./connection.ts";
import type { Origin } from "./tcp/origin.ts";
import { idleMs } from "./idle_ms.ts";

/** Most idle connections, of all origins together. */
const MOST_IDLE = 512;

/** Options of {@linkcode IdleConnections}. */
export interface IdleConnectionsOptions {
  /** How long a connection may be idle, in ms; 0: idle connections are closed at once. */
  readonly idleTimeoutMs: number;
  readonly clock: Clock;
}

/** A connection, and since when it is idle. */
interface IdleConnection {
  readonly connection: Connection;
  readonly since: Moment;
}

/** A connection pool: of each origin's connections, the most recently used is taken first. */
export class IdleConnections {
  readonly #options: IdleConnectionsOptions;
  /** By origin, in the order of use; the most recently used is last. */
  readonly #byOrigin = new Map<Origin, IdleConnection[]>();
  #count = 0;
  /** Counts uses, to order connections. */
  #uses = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor(options: IdleConnectionsOptions) {
    this.#options = options;
  }

  /** Takes a connection. Those that were idle too long are closed instead of returned. */
  take(origin: Origin): Connection | undefined {
    const idle = this.#byOrigin.get(origin);
    if (idle === undefined || idle.length === 0) return undefined;
    const { clock, idleTimeoutMs } = this.#options;
    const now = momentOf(clock);
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      this.#count--;
      if (idleMs(last.since, now) < idleTimeoutMs) return this.use(last.connection);
      last.connection.close();
    }
    return undefined;
  }

  /** Records that a connection is alive now. */
  use(connection: Connection): Connection {
    connection.usedAt = ++this.#uses;
    return connection;
  }

  /** Adds a connection, or closes it if it can't be kept. */
  put(connection: Connection): void {
    const { idleTimeoutMs, clock } = this.#options;
    if (this.#isClosed || idleTimeoutMs === 0 || this.#count >= MOST_IDLE) {
      return connection.close();
    }
    const idle = this.#byOrigin.get(connection.origin) ?? [];
    if (idle.length === 0) this.#byOrigin.set(connection.origin, idle);
    this.use(connection);
    idle.push({ connection, since: momentOf(clock) });
    this.#count++;
    connection.idle();
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(this.#sweep, idleTimeoutMs / 2);
    Deno.unrefTimer(this.#timer);
  }

  /** Removes a closed connection, if it is in the pool. */
  remove(connection: Connection): void {
    const idle = this.#byOrigin.get(connection.origin) ?? [];
    const at = idle.findIndex((one) => one.connection === connection);
    if (at < 0) return;
    idle.splice(at, 1);
    this.#count--;
  }

  /**
   * Called when a connection died: connections that were last used before it have probably died of the same
   * cause, so they are closed.
   */
  closeOlder(dead: Connection): void {
    const idle = this.#byOrigin.get(dead.origin) ?? [];
    const firstYounger = idle.findIndex(({ connection }) => connection.usedAt >= dead.usedAt);
    const older = idle.splice(0, firstYounger < 0 ? idle.length : firstYounger);
    this.#count -= older.length;
    for (const { connection } of older) connection.close();
  }

  /** Closes all idle connections and accepts no more. */
  close(): void {
    this.#isClosed = true;
    this.#closeIdle(0);
  }

  /** Closes connections that no request takes; take() checks again. */
  readonly #sweep = (): void => this.#closeIdle(this.#options.idleTimeoutMs);

  /** Closes connections that have been idle for at least that long, in ms. */
  #closeIdle(idleTimeoutMs: number): void {
    const now = momentOf(this.#options.clock);
    for (const idle of this.#byOrigin.values()) {
      const kept = idle.filter(({ since }) => idleMs(since, now) < idleTimeoutMs);
      const old = idle.filter(({ since }) => idleMs(since, now) >= idleTimeoutMs);
      idle.splice(0, idle.length, ...kept);
      this.#count -= old.length;
      for (const { connection } of old) connection.close();
    }
    if (this.#count > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
