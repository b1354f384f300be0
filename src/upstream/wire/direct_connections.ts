/**
 * HTTP/1.1 straight over TCP or TLS, or through a proxy. `fetch` takes half of what a bare gateway does,
 * for things that calls to Google don't need, and sends a request again even when a part of its response
 * came.
 *
 * @module
 */
import { asCertificateError } from "../../accounts/network/certificate_error.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { Connections, HttpAnswer, HttpRequest } from "./connections.ts";
import { DeadConnection } from "./dead_connection.ts";
import { openStream } from "./open_stream.ts";
import {
  type Destination,
  destinationOf,
  type Origin,
  parseOrigin,
  type ProxyChoice,
  urlOf,
} from "./origin.ts";
import { FirstByteTimes } from "./first_byte_times.ts";
import { RivalBudget } from "./rival_budget.ts";
import { type RaceOutcome, type Racer, type RaceTrack, RivalRace } from "./rival_race.ts";
import { SilenceWatch } from "./silence_watch.ts";
import type { Stream } from "./stream.ts";
import { RestingConnections } from "./resting_connections.ts";

/** {@linkcode DirectConnectionsOptions.restMs}, where it is not said. */
const REST_MS = 60_000;

/** {@linkcode DirectConnectionsOptions.rivalAfterMs}, where it is not said. */
const RIVAL_AFTER_MS = 5000;

/** How long a connection may take to come about, TLS and proxy included, in ms. */
const CONNECT_LIMIT_MS = 20_000;

/** What a header's value and a target are made of: nothing that ends a line, or would need encoding. */
const PLAIN_VALUE = /^[\t\x20-\x7e]*$/;
const PLAIN_TARGET = /^\/[\x21-\x22\x24-\x7e]*$/;

/** What {@linkcode DirectConnections} are made of. */
export interface DirectConnectionsOptions {
  /** Says which proxy leads to a server. Default: none does. */
  readonly proxyFor?: ProxyChoice;
  /** As in {@linkcode Connections}. Default: nothing. */
  readonly byWayOf?: string;
  /** Authorities to trust besides those that Deno does, as PEM. */
  readonly caCerts?: readonly string[];
  /** How long a connection waits for its next use, in ms. Default: a minute. */
  readonly restMs?: number;
  /**
   * How long a request on a connection that was used before may stay without an answer, in ms, before it
   * is sent over a new one, too. Default: 5 s.
   */
  readonly rivalAfterMs?: number;
  /** A request was sent twice for its silence, and one of the two was given up. */
  readonly onRace?: (outcome: RaceOutcome & { readonly origin: string }) => void;
  /** Tells how long connections wait. Default: the machine's clocks. */
  readonly clock?: Clock;
}

/** A request, and what of its address goes into its first line. */
interface TargetedRequest extends HttpRequest {
  readonly target: string;
  readonly destination: Destination;
}

/** Connections that the requests of all accounts share: nothing of a request stays on one. */
export class DirectConnections implements Connections, ConnectionOwner {
  readonly byWayOf: string;
  readonly #options: DirectConnectionsOptions;
  /** By what their addresses begin with; undefined for what is no origin. */
  readonly #destinations = new Map<string, Destination | undefined>();
  readonly #resting: RestingConnections;
  readonly #silence = new SilenceWatch();
  readonly #times = new FirstByteTimes();
  readonly #rivals = new RivalBudget();
  readonly #track: RaceTrack = {
    watch: this.#silence,
    mayStart: () => this.#rivals.take(),
    isDead,
  };

  constructor(options: DirectConnectionsOptions = {}) {
    this.#options = options;
    this.byWayOf = options.byWayOf ?? "";
    const { restMs = REST_MS, clock = systemClock } = options;
    this.#resting = new RestingConnections({ restMs, clock });
  }

  send(request: HttpRequest): Promise<HttpAnswer> {
    const { url } = request;
    const slash = url.indexOf("/", "https://".length);
    const origin = slash < 0 ? undefined : this.#destinationOf(url.slice(0, slash));
    const target = url.slice(slash);
    if (origin === undefined || !PLAIN_TARGET.test(target)) return this.#sendOdd(request);
    const odd = oddHeader(request);
    if (odd !== undefined) {
      return Promise.reject(new TypeError(`the header "${odd}" holds what HTTP does not allow`));
    }
    const rested = this.#resting.take(origin);
    const targeted = { ...request, target, destination: origin };
    this.#rivals.earn();
    return rested === undefined ? this.#sendAnew(targeted) : this.#sendAgain(rested, targeted);
  }

  /** Closes the connections that nobody uses; those in use when their answers have been read. */
  close(): void {
    this.#resting.close();
    this.#silence.close();
  }

  onFree(connection: Connection): void {
    this.#resting.put(connection);
  }

  onClosed(connection: Connection): void {
    this.#resting.remove(connection);
  }

  onDeath(connection: Connection): void {
    this.#resting.suspect(connection);
  }

  /** Sends, and notes how long the response took to begin. */
  async #sendOn(connection: Connection, request: TargetedRequest): Promise<HttpAnswer> {
    const startedMs = performance.now();
    const answer = await sendOn(connection, request);
    this.#times.add(kindOf(request), performance.now() - startedMs);
    return answer;
  }

  /**
   * Sends over a connection that was used before. Where it is dead, which shows only now, the request
   * goes out once more on a new one, unless it may have been carried out and must not be twice. Where it
   * stays silent, a request that may be sent twice gets a rival.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1}
   */
  async #sendAgain(connection: Connection, request: TargetedRequest): Promise<HttpAnswer> {
    if (mayRepeat(request)) {
      return await new RivalRace(this.#track, this.#racer(connection, request)).run();
    }
    try {
      return await this.#sendOn(connection, request);
    } catch (error) {
      if (!isDead(error) || !error.isUnsent) throw error;
      return await this.#sendAnew(request);
    }
  }

  #racer(connection: Connection, request: TargetedRequest): Racer {
    const { rivalAfterMs = RIVAL_AFTER_MS } = this.#options;
    // A rival that starts when there is no time left for it would be of no use.
    const mostMs = (request.firstByteMs ?? Infinity) / 2;
    return {
      leastWaitMs: Math.min(rivalAfterMs, mostMs),
      signal: request.signal,
      waitMs: () => Math.min(Math.max(rivalAfterMs, 2 * this.#times.p95(kindOf(request))), mostMs),
      sendFirst: () => this.#sendOn(connection, request),
      giveUpFirst: () => {
        connection.close();
        // Its silence says as much about the others as a death would.
        this.#resting.suspect(connection);
      },
      sendAnew: (signal) => this.#sendAnew({ ...request, signal }),
      onOutcome: (outcome) =>
        this.#options.onRace?.({ ...outcome, origin: request.destination.host }),
    };
  }

  async #sendAnew(request: TargetedRequest): Promise<HttpAnswer> {
    const { destination: origin, signal } = request;
    const stream = await this.#open(origin, signal);
    const connection = this.#resting.use(new Connection(stream, { origin, owner: this }));
    return await this.#sendOn(connection, request);
  }

  async #open(origin: Origin, signal: AbortSignal): Promise<Stream> {
    const limit = new AbortController();
    const giveUp = () => limit.abort();
    const timer = setTimeout(giveUp, CONNECT_LIMIT_MS);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      const { caCerts } = this.#options;
      return await openStream(origin, { signal: limit.signal, caCerts, proxy: origin.proxy });
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.signal.aborted) throw asCertificateError(error, urlOf(origin));
      throw new Error(`no connection came about in ${CONNECT_LIMIT_MS / 1000} s`);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** An address that is not written as it goes over the wire. */
  #sendOdd(request: HttpRequest): Promise<HttpAnswer> {
    const url = URL.parse(request.url);
    if (url === null || parseOrigin(url.origin) === undefined || url.username || url.password) {
      return Promise.reject(new TypeError("the address is none that can be called"));
    }
    return this.send({ ...request, url: `${url.origin}${url.pathname}${url.search}` });
  }

  #destinationOf(prefix: string): Destination | undefined {
    const known = this.#destinations.get(prefix);
    if (known !== undefined || this.#destinations.has(prefix)) return known;
    const server = parseOrigin(prefix);
    const proxy = server && this.#options.proxyFor?.(server);
    const destination = server && destinationOf({ ...server, proxy });
    this.#destinations.set(prefix, destination);
    return destination;
  }
}

/** What requests have in common that take about as long: origin, method and model. */
function kindOf({ url, model }: HttpRequest): string {
  return model === undefined ? url : `${url} ${model}`;
}

function isDead(error: unknown): error is DeadConnection {
  return error instanceof DeadConnection;
}

/** Whether it does no harm to send the request twice. */
function mayRepeat({ method, mayRepeat = method === "GET" }: HttpRequest): boolean {
  return mayRepeat;
}

function sendOn(
  connection: Connection,
  { method, target, destination, headers, body, signal }: TargetedRequest,
): Promise<HttpAnswer> {
  let head = `${method} ${destination.targetPrefix}${target} HTTP/1.1\r\n${destination.commonHead}`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  head += method === "POST" ? `content-length: ${body?.length ?? 0}\r\n\r\n` : "\r\n";
  return connection.send({ head, body, signal });
}

/** The name of a header that does not go over the wire as it is. */
function oddHeader({ headers }: HttpRequest): string | undefined {
  for (const name in headers) if (!PLAIN_VALUE.test(headers[name] ?? "")) return name;
  return undefined;
}
