/**
 * A server that goes on where accepting a connection fails. Deno.serve gives up then, for good, also
 * where the process is only out of file descriptors for the moment.
 *
 * @module
 */
import { ignore } from "../base/ignore.ts";

/** How often it is looked whether the port is still listened on, in ms. */
const CHECK_MS = 2000;

/** The same at first while it is not, or while descriptors are short; doubled up to the above. */
const SHORT_CHECK_MS = 100;

/** A server that accepts for so long, in ms, has recovered. */
const RECOVERED_AFTER_MS = 2000;

/**
 * Servers that failed and still serve the connections that they accepted. Beyond these the oldest is
 * shut down, which closes those of its connections that rest, and so frees descriptors.
 */
const MOST_FORMER = 100;

/** What to keep open. */
export interface LastingServerOptions {
  /** Begins to accept connections on a port. */
  readonly open: (port: number) => Deno.HttpServer<Deno.NetAddr>;
  /** 0 takes any free port, which is kept then. */
  readonly port: number;
  /** Accepting failed; undefined where Deno does not say why. Told once until the server has recovered. */
  readonly onShortage: (error: unknown) => void;
  /** Connections are accepted again. */
  readonly onRecovery: () => void;
}

/** The server. Calls in flight go on whatever happens to accepting. */
export class LastingServer {
  /** The port that it accepts connections on. */
  readonly port: number;
  readonly #options: LastingServerOptions;
  #current: Deno.HttpServer<Deno.NetAddr> | undefined;
  readonly #former: Deno.HttpServer<Deno.NetAddr>[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When accepting last failed, as `performance.now()` counts; undefined once it has recovered. */
  #shortAtMs: number | undefined;
  #shortWaitMs = SHORT_CHECK_MS;
  #isStopping = false;

  /** @throws When the port can't be had. */
  constructor(options: LastingServerOptions) {
    this.#options = options;
    this.port = this.#open(options.port).addr.port;
    this.#checkLater();
  }

  /** Accepts no more connections, and waits for the calls in flight. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const servers = this.#current === undefined ? this.#former : [this.#current, ...this.#former];
    await Promise.all(servers.map((server) => server.shutdown()));
  }

  #open(port: number): Deno.HttpServer<Deno.NetAddr> {
    const server = this.#options.open(port);
    if (this.#current !== undefined) this.#former.push(this.#current);
    // Those have told already why they failed.
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
   * Opens the server again where it no longer listens. Deno before 2.8 tells that accepting failed only
   * after the last connection has gone, so the port itself is asked: it is taken as long as it is
   * listened on.
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
