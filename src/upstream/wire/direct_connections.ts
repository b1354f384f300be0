/**
 * HTTP/1.1 directly over TCP or TLS, or through a proxy. `fetch` takes half of a bare gateway's time for
 * features that calls to Google don't need, and retries a request even if a part of its response arrived.
 *
 * @module
 */
import { asCertificateError } from "../../accounts/network/certificate_error.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { Connections, HttpRequest, HttpResponse } from "./connections.ts";
import { DeadConnection } from "./dead_connection.ts";
import { openStream } from "./tcp/open_stream.ts";
import {
  type Destination,
  destinationOf,
  type Origin,
  parseOrigin,
  type ProxyChoice,
  urlOf,
} from "./tcp/origin.ts";
import { FirstByteTimes } from "./hedging/first_byte_times.ts";
import { HedgeBudget } from "./hedging/hedge_budget.ts";
import {
  type Hedgeable,
  type HedgeContext,
  HedgedRequest,
  type HedgeOutcome,
} from "./hedging/hedged_request.ts";
import { requestHead, type TargetedRequest, unsendableHeader } from "./http/request_head.ts";
import { IdleConnections } from "./idle_connections.ts";
import { SilenceWatch } from "./hedging/silence_watch.ts";
import type { Stream } from "./tcp/stream.ts";
import { UnsentError } from "./unsent_error.ts";
import { StreamedBody } from "./http/streamed_body.ts";

/** Default of {@linkcode DirectConnectionsOptions.idleTimeoutMs}. */
const IDLE_TIMEOUT_MS = 60_000;

/** Default of {@linkcode DirectConnectionsOptions.hedgeAfterMs}. */
const HEDGE_AFTER_MS = 5000;

/** Time limit for connecting, including TLS and proxy, in ms. */
const CONNECT_LIMIT_MS = 20_000;

/** Valid targets: no characters that end a line or need encoding. */
const PLAIN_TARGET = /^\/[\x21-\x22\x24-\x7e]*$/;

/** Options of {@linkcode DirectConnections}. */
export interface DirectConnectionsOptions {
  /** Returns the proxy for a server. Default: none. */
  readonly proxyFor?: ProxyChoice;
  /** As in {@linkcode Connections}. Default: empty. */
  readonly viaText?: string;
  /** Additional trusted authorities besides Deno's, as PEM. */
  readonly caCerts?: readonly string[];
  /** How long an idle connection is kept, in ms. Default: a minute. */
  readonly idleTimeoutMs?: number;
  /**
   * How long a request on a reused connection may wait for its response, in ms, before it is also sent on a new
   * one. Default: 5 s.
   */
  readonly hedgeAfterMs?: number;
  /** Called when a request was hedged and one of the two was cancelled. */
  readonly onHedge?: (outcome: HedgeOutcome & { readonly origin: string }) => void;
  /** Measures idle times. Default: the machine's clocks. */
  readonly clock?: Clock;
}

/** Connections shared by the requests of all accounts: no state of a request remains on a connection. */
export class DirectConnections implements Connections, ConnectionOwner {
  readonly viaText: string;
  readonly #options: DirectConnectionsOptions;
  /** By URL prefix; undefined if the prefix is not an origin. */
  readonly #destinations = new Map<string, Destination | undefined>();
  readonly #idle: IdleConnections;
  readonly #silence = new SilenceWatch();
  readonly #times = new FirstByteTimes();
  readonly #hedgeBudget = new HedgeBudget();
  readonly #hedging: HedgeContext = {
    watch: this.#silence,
    mayStart: () => this.#hedgeBudget.take(),
    isDead,
  };

  constructor(options: DirectConnectionsOptions = {}) {
    this.#options = options;
    this.viaText = options.viaText ?? "";
    const { idleTimeoutMs = IDLE_TIMEOUT_MS, clock = systemClock } = options;
    this.#idle = new IdleConnections({ idleTimeoutMs, clock });
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    const { url } = request;
    const slash = url.indexOf("/", "https://".length);
    const origin = slash < 0 ? undefined : this.#destinationOf(url.slice(0, slash));
    const target = url.slice(slash);
    if (origin === undefined || !PLAIN_TARGET.test(target)) return this.#sendOdd(request);
    const unsendable = unsendableHeader(request.headers);
    if (unsendable !== undefined) {
      return Promise.reject(new TypeError(`the header "${unsendable}" can't be sent`));
    }
    if (request.body instanceof StreamedBody && request.body.isTaken) {
      return Promise.reject(new TypeError("a part of the request's body was sent before"));
    }
    const idle = this.#idle.take(origin);
    const targeted = { ...request, target, destination: origin };
    this.#hedgeBudget.earn();
    return idle === undefined ? this.#sendOnNew(targeted) : this.#sendAgain(idle, targeted);
  }

  /** Closes idle connections now, and active ones when their responses have been read. */
  close(): void {
    this.#idle.close();
    this.#silence.close();
  }

  onFree(connection: Connection): void {
    this.#idle.put(connection);
  }

  onClosed(connection: Connection): void {
    this.#idle.remove(connection);
  }

  onDeath(connection: Connection): void {
    this.#idle.closeOlder(connection);
  }

  /** Sends a request and records the time to first byte. */
  async #sendOn(connection: Connection, request: TargetedRequest): Promise<HttpResponse> {
    const startedMs = performance.now();
    const response = await connection.send({
      head: requestHead(request),
      body: request.body,
      isHeadOnly: request.method === "HEAD",
      signal: request.signal,
    });
    // Only hedgeable requests use these times, and an upload's time does not predict the next.
    if (mayHedge(request)) this.#times.add(kindOf(request), performance.now() - startedMs);
    return response;
  }

  /**
   * Sends on a reused connection. If that turns out to be dead, the request is sent again on a new one, unless
   * it may have been processed and must not be repeated, or its body was consumed. If it stays silent, a
   * repeatable request is hedged.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1}
   */
  async #sendAgain(connection: Connection, request: TargetedRequest): Promise<HttpResponse> {
    if (mayHedge(request)) {
      return await new HedgedRequest(this.#hedging, this.#hedgeable(connection, request)).run();
    }
    try {
      return await this.#sendOn(connection, request);
    } catch (error) {
      if (!isDead(error) || !maySendAgain(request, error)) throw error;
      return await this.#sendOnNew(request);
    }
  }

  #hedgeable(connection: Connection, request: TargetedRequest): Hedgeable {
    const { hedgeAfterMs = HEDGE_AFTER_MS } = this.#options;
    // A hedge that starts too late would have no time left.
    const mostMs = (request.firstByteMs ?? Infinity) / 2;
    return {
      leastWaitMs: Math.min(hedgeAfterMs, mostMs),
      signal: request.signal,
      waitMs: () => Math.min(Math.max(hedgeAfterMs, 2 * this.#times.p95(kindOf(request))), mostMs),
      sendFirst: () => this.#sendOn(connection, request),
      giveUpFirst: () => {
        connection.close();
        // Silence indicates as much about the other connections as a dead connection.
        this.#idle.closeOlder(connection);
      },
      sendOnNew: (signal) => this.#sendOnNew({ ...request, signal }),
      onOutcome: (outcome) =>
        this.#options.onHedge?.({ ...outcome, origin: request.destination.host }),
    };
  }

  async #sendOnNew(request: TargetedRequest): Promise<HttpResponse> {
    const { destination: origin, signal } = request;
    const stream = await this.#open(origin, signal);
    const connection = this.#idle.use(new Connection(stream, { origin, owner: this }));
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
      throw limit.signal.aborted
        ? new UnsentError(new Error(`cannot connect within ${CONNECT_LIMIT_MS / 1000} s`))
        : unsentError(error, origin);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Sends to a URL that needs normalization first. */
  #sendOdd(request: HttpRequest): Promise<HttpResponse> {
    const url = URL.parse(request.url);
    if (url === null || parseOrigin(url.origin) === undefined || url.username || url.password) {
      return Promise.reject(new TypeError("the address cannot be called"));
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

/** Converts an error of connecting. */
function unsentError(error: unknown, origin: Origin): unknown {
  const told = asCertificateError(error, urlOf(origin));
  return told === error ? new UnsentError(error) : told;
}

/** The key for requests that take about equally long: origin, method and model. */
function kindOf({ url, model }: HttpRequest): string {
  return model === undefined ? url : `${url} ${model}`;
}

function isDead(error: unknown): error is DeadConnection {
  return error instanceof DeadConnection;
}

/** Whether the request may be sent twice. */
function mayRepeat({ method, mayRepeat }: HttpRequest): boolean {
  return mayRepeat ?? (method === "GET" || method === "HEAD");
}

/** Whether the request may be sent twice at the same time. */
function mayHedge(request: HttpRequest): boolean {
  return !(request.body instanceof StreamedBody) && mayRepeat(request);
}

/** Whether a request may be sent again after its connection was dead. */
function maySendAgain(request: HttpRequest, { isUnsent }: DeadConnection): boolean {
  if (request.body instanceof StreamedBody && request.body.isTaken) return false;
  return isUnsent || mayRepeat(request);
}
