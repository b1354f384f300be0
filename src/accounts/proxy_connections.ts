/**
 * An account's own connections, through its own proxy. No other account's requests travel on them.
 *
 * @module
 */
import { addressOf } from "./proxy_url.ts";
import type { Secret } from "./secret.ts";

/**
 * Sends requests through a proxy. A host that `NO_PROXY` in the environment names is reached without
 * it: Deno sees to that by itself.
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
   * @throws What `fetch` throws.
   */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    this.#client ??= createClient(this.#proxy);
    this.#sending++;
    try {
      return await fetch(url, { ...init, client: this.#client });
    } finally {
      this.#sending--;
      this.#release();
    }
  }

  /**
   * Gives up the connections that nobody uses. Requests under way are not dropped, nor answers whose
   * bodies still come: Deno keeps a connection for as long as an answer is read from it.
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

function createClient(proxy: Secret): Deno.HttpClient {
  const { url, login } = addressOf(proxy);
  return Deno.createHttpClient({
    proxy: { url, ...(login === undefined ? {} : { basicAuth: login }) },
  });
}
