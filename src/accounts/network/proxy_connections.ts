/**
 * An account's own connections, through its own proxy. No other account's requests travel on them.
 *
 * @module
 */
import { createClient, isWithoutProxy, sendBy, straightFetch } from "./network.ts";
import type { Secret } from "../secret.ts";

/**
 * Sends requests through a proxy, which goes before the network's. A host that `NO_PROXY` names is reached
 * without either.
 */
export class ProxyConnections {
  readonly #proxy: Secret;
  /** Made for the first request: an account that is never chosen costs nothing. */
  #client: Deno.HttpClient | undefined;
  #sending = 0;
  #closed = false;

  /** @param proxy As `parseProxyUrl()` gives it. */
  constructor(proxy: Secret) {
    this.#proxy = proxy;
  }

  /**
   * Sends a request as `fetch` does. One that is sent after {@linkcode close}, by a call that began
   * before it, goes through the same proxy.
   *
   * @throws {CertificateError} where a certificate is refused; else what `fetch` throws.
   */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    if (isWithoutProxy(url)) return await straightFetch(url, init);
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
   * Gives up the connections that nobody uses. Requests under way are not dropped, nor answers whose
   * bodies still come: Deno keeps a connection for as long as a response is read from it.
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
