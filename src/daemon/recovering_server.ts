/**
 * A server that recovers when accepting a connection fails. Deno.serve then stops for good, even if the
 * process is out of file descriptors only temporarily.
 *
 * @module
 */
import { delay } from "../base/delay.ts";
import { ignore } from "../base/ignore.ts";
import { isWithin } from "../base/is_within.ts";

/** Interval of checks whether the server still listens, in ms. */
const CHECK_MS = 2000;

/** Initial interval while it does not, or while descriptors are short; doubled up to {@linkcode CHECK_MS}. */
const SHORT_CHECK_MS = 100;

/** How long a server must accept connections to count as recovered, in ms. */
const RECOVERED_AFTER_MS = 2000;

/**
 * Most failed servers that still serve the connections that they accepted. Beyond this number the oldest
 * is shut down, which closes its idle connections and so frees descriptors.
 */
const MOST_FORMER = 100;

/**
 * How long a replaced server is kept for its WebSockets, in ms: since Deno 2.9, a server that is shut down closes
 * them. It accepts connections meanwhile. Google ends its own after about ten minutes.
 */
const SOCKETS_MS = 15 * 60_000;

/** Most such servers. */
const MOST_LASTING = 4;

/** How long {@linkcode RecoveringServer.renew} tries to listen again before the checks take over, in ms. */
const RENEWAL_MS = 2000;

/** Options of the server. */
export interface RecoveringServerOptions {
  /**
   * Begins to accept connections on a port. Throws AddrInUse if there is a listener on it, unless
   * `isBeside`: then both listen.
   */
  readonly open: (
    port: number,
    options: { readonly isBeside: boolean },
  ) => Deno.HttpServer<Deno.NetAddr>;
  /** Whether `open` can be called with `isBeside`. */
  readonly canBeBeside: boolean;
  /** Resolves when the WebSockets that are open now are closed. */
  readonly socketsSettled: () => Promise<void>;
  /** 0 selects a free port, which is reused after a failure. */
  readonly port: number;
  /** Accepting failed; undefined if Deno gives no reason. Called once until the server has recovered. */
  readonly onShortage: (error: unknown) => void;
  /** Connections are accepted again. */
  readonly onRecovery: () => void;
}

/** The server. Calls in flight continue when accepting fails. */
export class RecoveringServer {
  /** The port that it accepts connections on. */
  readonly port: number;
  readonly #options: RecoveringServerOptions;
  #current: Deno.HttpServer<Deno.NetAddr> | undefined;
  readonly #former: Deno.HttpServer<Deno.NetAddr>[] = [];
  /** Servers that others have replaced, while they have WebSockets. */
  readonly #lasting = new Set<Deno.HttpServer<Deno.NetAddr>>();
  /** The ends of servers that others have replaced; each waits for its last connection. */
  readonly #replaced = new Set<Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When accepting last failed, in ms of `performance.now()`; undefined after recovery. */
  #shortAtMs: number | undefined;
  #shortWaitMs = SHORT_CHECK_MS;
  #isStopping = false;

  /** @throws When it cannot listen on the port. */
  constructor(options: RecoveringServerOptions) {
    this.#options = options;
    this.port = this.#open(options.port).addr.port;
    this.#checkLater();
  }

  /** Stops accepting connections, and waits for the calls in flight. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const servers = this.#current === undefined ? this.#former : [this.#current, ...this.#former];
    for (const server of this.#lasting) this.#retire(server);
    await Promise.all([...servers.map((server) => server.shutdown()), ...this.#replaced]);
  }

  /**
   * Replaces the server by a new one. Calls in flight finish on the former one. If both can't listen at the
   * same time, new connections are refused for a moment.
   *
   * @throws When the new one cannot listen beside the former one, which then stays.
   */
  async renew(): Promise<void> {
    if (this.#isStopping) return;
    clearTimeout(this.#timer);
    const former = this.#current;
    this.#current = undefined;
    try {
      if (this.#options.canBeBeside) {
        this.#open(this.port, { isBeside: true });
        void this.#retireLater(former);
      } else {
        this.#retire(former);
        await this.#openOnceFree();
      }
    } catch (error) {
      this.#current ??= former;
      throw error;
    } finally {
      if (!this.#isStopping) this.#checkLater();
    }
  }

  async #retireLater(server: Deno.HttpServer<Deno.NetAddr> | undefined): Promise<void> {
    if (server === undefined) return;
    this.#lasting.add(server);
    const [oldest] = this.#lasting;
    if (this.#lasting.size > MOST_LASTING) this.#retire(oldest);
    await isWithin(SOCKETS_MS, this.#options.socketsSettled());
    if (this.#lasting.has(server)) this.#retire(server);
  }

  #retire(server: Deno.HttpServer<Deno.NetAddr> | undefined): void {
    if (server === undefined) return;
    this.#lasting.delete(server);
    const end = server.shutdown().catch(ignore).finally(() => this.#replaced.delete(end));
    this.#replaced.add(end);
  }

  /** Deno closes the former server's listener a moment after it was told to. */
  async #openOnceFree(): Promise<void> {
    const endMs = performance.now() + RENEWAL_MS;
    for (let waitMs = 1; !this.#isStopping; waitMs = Math.min(2 * waitMs, SHORT_CHECK_MS)) {
      try {
        this.#open(this.port);
        return;
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse) || performance.now() > endMs) {
          return this.#failed(error);
        }
      }
      await delay(waitMs);
    }
  }

  #open(port: number, options = { isBeside: false }): Deno.HttpServer<Deno.NetAddr> {
    const server = this.#options.open(port, options);
    if (this.#current !== undefined) this.#former.push(this.#current);
    // Failed servers have reported their errors already.
    if (this.#former.length > MOST_FORMER) this.#former.shift()?.shutdown().catch(ignore);
    this.#current = server;
    server.finished.catch((error) => this.#failed(error));
    return server;
  }

  #failed(error: unknown): void {
    if (this.#isStopping) return;
    if (this.#shortAtMs === undefined) this.#options.onShortage(error);
    else this.#shortWaitMs = Math.min(2 * this.#shortWaitMs, CHECK_MS);
    this.#shortAtMs = performance.now();
    this.#checkLater();
  }

  #checkLater(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#shortAtMs === undefined ? CHECK_MS : this.#shortWaitMs;
    this.#timer = setTimeout(() => this.#check(), waitMs);
  }

  /**
   * Opens the server again if it no longer listens. Deno before 2.8 reports that accepting failed only
   * after the last connection is closed, so this tries to listen on the port: that fails as long as the
   * server still listens.
   */
  #check(): void {
    try {
      this.#open(this.port);
      this.#failed(undefined);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) return this.#failed(error);
      if (
        this.#shortAtMs !== undefined && performance.now() - this.#shortAtMs > RECOVERED_AFTER_MS
      ) {
        this.#shortAtMs = undefined;
        this.#shortWaitMs = SHORT_CHECK_MS;
        this.#options.onRecovery();
      }
      this.#checkLater();
    }
  }
}
