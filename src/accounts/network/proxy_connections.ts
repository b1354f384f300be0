/**
 * An account's own connections, through its own proxy. Requests of other accounts never use them.
 *
 * @module
 */
import { createClient, directFetch, isWithoutProxy, sendBy } from "./network.ts";
import type { Secret } from "../secret.ts";

/**
 * Sends requests through a proxy, which takes precedence over the network's. A host in `NO_PROXY` is reached
 * without either.
 */
export class ProxyConnections {
  readonly #proxy: Secret;
  /** Created for the first request: an account that is never selected costs nothing. */
  #client: Deno.HttpClient | undefined;
  #sending = 0;
  #closed = false;

  /** @param proxy As `parseProxyUrl()` gives it. */
  constructor(proxy: Secret) {
    this.#proxy = proxy;
  }

  /**
   * Sends a request as `fetch` does. A request after {@linkcode close}, from a call that began before, uses the
   * same proxy.
   *
   * @throws {CertificateError} if a certificate is rejected; else what `fetch` throws.
   */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    if (isWithoutProxy(url)) return await directFetch(url, init);
    this.#client ??= createClient(this.#proxy);
    this.#sending++;
    try {
      return await sendBy(this.#client, url, init);
    } finally {
      this.#sending--;
      this.#release();
    }
  }

  /**
   * Closes idle connections. Pending requests and responses that are still being read are not interrupted: Deno
   * keeps a connection for as long as a response is read from it.
   */
  close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    if (!this.#closed || this.#sending > 0) return;
    this.#client?.close();
    this.#client = undefined;
  }
}
