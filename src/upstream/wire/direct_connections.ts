/**
 * HTTP/1.1 straight over TCP or TLS. `fetch` takes half of what a bare gateway does, for things that
 * calls to Google don't need; what is out of the ordinary is left to it all the same.
 *
 * @module
 */
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { Connections, HttpAnswer, HttpRequest } from "./connections.ts";
import { openStream } from "./open_stream.ts";
import { type Origin, parseOrigin } from "./origin.ts";

/** {@linkcode DirectConnectionsOptions.restMs}, where it is not said. */
const REST_MS = 60_000;

/** Most connections that wait for their next use. */
const MOST_RESTING = 512;

/**
 * How long a connection may take to come about before `fetch` has its turn, in ms: of a host's addresses
 * it tries the next where one does not answer.
 */
const PATIENCE_MS = 1000;

/** How long a server that took longer is left to `fetch`, in ms. */
const SHUNNED_MS = 5 * 60_000;

/** What a header's value and a target are made of: nothing that ends a line, or would need encoding. */
const PLAIN_VALUE = /^[\t\x20-\x7e]*$/;
const PLAIN_TARGET = /^\/[\x21-\x22\x24-\x7e]*$/;

/** What {@linkcode DirectConnections} are made of. */
export interface DirectConnectionsOptions {
  /** Takes what is out of the ordinary, and what can't be reached. */
  readonly otherwise: Connections;
  /** Authorities to trust besides those that Deno does, as PEM. */
  readonly caCerts?: readonly string[];
  /** How long a connection waits for its next use, in ms. Default: a minute. */
  readonly restMs?: number;
}

/** Connections that the requests of all accounts share: nothing of a request stays on one. */
export class DirectConnections implements Connections, ConnectionOwner {
  readonly byWayOf = "";
  readonly #options: DirectConnectionsOptions;
  /** By what their addresses begin with; undefined for what is no origin. */
  readonly #origins = new Map<string, Origin | undefined>();
  /** Connections that wait for their next use, of each origin the one last that was used last. */
  readonly #resting = new Map<Origin, Connection[]>();
  #restingCount = 0;
  /** Until when an origin is left to `fetch`, in ms since the epoch. */
  readonly #shunnedUntilMs = new Map<Origin, number>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor(options: DirectConnectionsOptions) {
    this.#options = options;
  }

  send(request: HttpRequest): Promise<HttpAnswer> {
    const { url } = request;
    const slash = url.indexOf("/", "https://".length);
    const origin = slash < 0 ? undefined : this.#originOf(url.slice(0, slash));
    const target = url.slice(slash);
    if (origin === undefined || !PLAIN_TARGET.test(target) || !hasPlainHeaders(request)) {
      return this.#options.otherwise.send(request);
    }
    const rested = this.#resting.get(origin)?.pop();
    if (rested === undefined) return this.#sendAnew(origin, { ...request, target });
    this.#restingCount--;
    return sendOn(rested, request, target);
  }

  /** Closes the connections that nobody uses; those in use when their answers have been read. */
  close(): void {
    this.#isClosed = true;
    this.#closeRested(Infinity);
  }

  onFree(connection: Connection): void {
    if (this.#isClosed || this.#restingCount >= MOST_RESTING) return connection.close();
    const resting = this.#resting.get(connection.origin) ?? [];
    if (resting.length === 0) this.#resting.set(connection.origin, resting);
    resting.push(connection);
    this.#restingCount++;
    connection.rest(Date.now());
    if (this.#timer !== undefined) return;
    const { restMs = REST_MS } = this.#options;
    this.#timer = setInterval(() => this.#closeRested(Date.now() - restMs), restMs / 2);
    Deno.unrefTimer(this.#timer);
  }

  onClosed(connection: Connection): void {
    const resting = this.#resting.get(connection.origin) ?? [];
    const at = resting.indexOf(connection);
    if (at < 0) return;
    resting.splice(at, 1);
    this.#restingCount--;
  }

  async #sendAnew(
    origin: Origin,
    request: HttpRequest & { readonly target: string },
  ): Promise<HttpAnswer> {
    const connection = await this.#connect(origin, request.signal);
    return connection === undefined
      ? await this.#options.otherwise.send(request)
      : await sendOn(connection, request, request.target);
  }

  /** Undefined where no connection comes about; `fetch` then has its try, and the last word. */
  async #connect(origin: Origin, signal: AbortSignal): Promise<Connection | undefined> {
    if (Date.now() < (this.#shunnedUntilMs.get(origin) ?? 0)) return undefined;
    const { caCerts } = this.#options;
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    const patience = setTimeout(giveUp, PATIENCE_MS);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      const stream = await openStream(origin, { signal: attempt.signal, caCerts });
      return new Connection(stream, { origin, owner: this });
    } catch {
      signal.throwIfAborted();
      if (attempt.signal.aborted) this.#shunnedUntilMs.set(origin, Date.now() + SHUNNED_MS);
      return undefined;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener("abort", giveUp);
    }
  }

  #originOf(prefix: string): Origin | undefined {
    const known = this.#origins.get(prefix);
    if (known !== undefined || this.#origins.has(prefix)) return known;
    const origin = parseOrigin(prefix);
    this.#origins.set(prefix, origin);
    return origin;
  }

  /** Closes those that rest since then (ms since the epoch) or longer. */
  #closeRested(sinceMs: number): void {
    for (const resting of this.#resting.values()) {
      // Each that is closed takes itself out of the list.
      for (const connection of [...resting]) {
        if (connection.restsSinceMs <= sinceMs) connection.close();
      }
    }
    if (this.#restingCount > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function sendOn(
  connection: Connection,
  { method, headers, body, signal }: HttpRequest,
  target: string,
): Promise<HttpAnswer> {
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${connection.origin.host}\r\n` +
    "accept: */*\r\naccept-encoding: identity\r\n";
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  head += method === "POST" ? `content-length: ${body?.length ?? 0}\r\n\r\n` : "\r\n";
  return connection.send({ head, body, signal });
}

function hasPlainHeaders({ headers }: HttpRequest): boolean {
  for (const name in headers) if (!PLAIN_VALUE.test(headers[name] ?? "")) return false;
  return true;
}
