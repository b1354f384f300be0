/**
 * The connections that wait for their next use, and which of them may still be trusted.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { type Moment, momentOf } from "../../pool/moment.ts";
import type { Connection } from "./connection.ts";
import type { Origin } from "./origin.ts";
import { restedMs } from "./rested_ms.ts";

/** Most connections that wait, of all origins together. */
const MOST_RESTING = 512;

/** What {@linkcode RestingConnections} are made of. */
export interface RestingConnectionsOptions {
  /** How long a connection may wait, in ms; 0: none waits. */
  readonly restMs: number;
  readonly clock: Clock;
}

/** A connection, and since when it waits. */
interface Resting {
  readonly connection: Connection;
  readonly since: Moment;
}

/** A pool: of each origin's connections, the one that was used last is taken first. */
export class RestingConnections {
  readonly #options: RestingConnectionsOptions;
  /** Of each origin the one last that was used last. */
  readonly #byOrigin = new Map<Origin, Resting[]>();
  #count = 0;
  /** Counts uses, to put connections in order. */
  #uses = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor(options: RestingConnectionsOptions) {
    this.#options = options;
  }

  /** A connection to use. Those whose time is over are closed instead of given out. */
  take(origin: Origin): Connection | undefined {
    const resting = this.#byOrigin.get(origin);
    if (resting === undefined || resting.length === 0) return undefined;
    const { clock, restMs } = this.#options;
    const now = momentOf(clock);
    for (let last = resting.pop(); last !== undefined; last = resting.pop()) {
      this.#count--;
      if (restedMs(last.since, now) < restMs) return this.use(last.connection);
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
    const { restMs, clock } = this.#options;
    if (this.#isClosed || restMs === 0 || this.#count >= MOST_RESTING) return connection.close();
    const resting = this.#byOrigin.get(connection.origin) ?? [];
    if (resting.length === 0) this.#byOrigin.set(connection.origin, resting);
    this.use(connection);
    resting.push({ connection, since: momentOf(clock) });
    this.#count++;
    connection.rest();
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(this.#sweep, restMs / 2);
    Deno.unrefTimer(this.#timer);
  }

  /** A connection was closed; harmless where it does not wait. */
  remove(connection: Connection): void {
    const resting = this.#byOrigin.get(connection.origin) ?? [];
    const at = resting.findIndex((one) => one.connection === connection);
    if (at < 0) return;
    resting.splice(at, 1);
    this.#count--;
  }

  /**
   * A connection died: whatever killed it has most likely killed those that were last used before it,
   * too. They are closed.
   */
  suspect(dead: Connection): void {
    const resting = this.#byOrigin.get(dead.origin) ?? [];
    const firstYounger = resting.findIndex(({ connection }) => connection.usedAt >= dead.usedAt);
    const older = resting.splice(0, firstYounger < 0 ? resting.length : firstYounger);
    this.#count -= older.length;
    for (const { connection } of older) connection.close();
  }

  /** Closes those that wait, and takes no more in. */
  close(): void {
    this.#isClosed = true;
    this.#closeRested(0);
  }

  /** take() checks again; this only closes connections that no request takes. */
  readonly #sweep = (): void => this.#closeRested(this.#options.restMs);

  /** Closes those that wait for that long, in ms, or longer. */
  #closeRested(restMs: number): void {
    const now = momentOf(this.#options.clock);
    for (const resting of this.#byOrigin.values()) {
      const kept = resting.filter(({ since }) => restedMs(since, now) < restMs);
      const old = resting.filter(({ since }) => restedMs(since, now) >= restMs);
      resting.splice(0, resting.length, ...kept);
      this.#count -= old.length;
      for (const { connection } of old) connection.close();
    }
    if (this.#count > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
