/**
 * The connections that wait for their next use, and which of them may still be trusted.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { type Moment, momentOf } from "../../pool/moment.ts";
import type { Connection } from "./connection.ts";
import type { Origin } from "./tcp/origin.ts";
import { idleMs } from "./idle_ms.ts";

/** Most connections that wait, of all origins together. */
const MOST_IDLE = 512;

/** What {@linkcode IdleConnections} are made of. */
export interface IdleConnectionsOptions {
  /** How long a connection may wait, in ms; 0: none waits. */
  readonly idleTimeoutMs: number;
  readonly clock: Clock;
}

/** A connection, and since when it waits. */
interface IdleConnection {
  readonly connection: Connection;
  readonly since: Moment;
}

/** A pool: of each origin's connections, the one that was used last is taken first. */
export class IdleConnections {
  readonly #options: IdleConnectionsOptions;
  /** Of each origin the one last that was used last. */
  readonly #byOrigin = new Map<Origin, IdleConnection[]>();
  #count = 0;
  /** Counts uses, to put connections in order. */
  #uses = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor(options: IdleConnectionsOptions) {
    this.#options = options;
  }

  /** A connection to use. Those whose time is over are closed instead of given out. */
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

  /** A connection is known to be alive now. */
  use(connection: Connection): Connection {
    connection.usedAt = ++this.#uses;
    return connection;
  }

  /** Takes a connection in, or closes it where it can't wait. */
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

  /** A connection was closed; harmless where it does not wait. */
  remove(connection: Connection): void {
    const idle = this.#byOrigin.get(connection.origin) ?? [];
    const at = idle.findIndex((one) => one.connection === connection);
    if (at < 0) return;
    idle.splice(at, 1);
    this.#count--;
  }

  /**
   * A connection died: whatever killed it has most likely killed those that were last used before it,
   * too. They are closed.
   */
  suspect(dead: Connection): void {
    const idle = this.#byOrigin.get(dead.origin) ?? [];
    const firstYounger = idle.findIndex(({ connection }) => connection.usedAt >= dead.usedAt);
    const older = idle.splice(0, firstYounger < 0 ? idle.length : firstYounger);
    this.#count -= older.length;
    for (const { connection } of older) connection.close();
  }

  /** Closes those that wait, and takes no more in. */
  close(): void {
    this.#isClosed = true;
    this.#closeIdle(0);
  }

  /** take() checks again; this only closes connections that no request takes. */
  readonly #sweep = (): void => this.#closeIdle(this.#options.idleTimeoutMs);

  /** Closes those that wait for that long, in ms, or longer. */
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
