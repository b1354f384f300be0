/**
 * Requests by `fetch`: knows proxies, addresses that do not answer, and HTTP/2.
 *
 * @module
 */
import { networkFetch } from "../../accounts/network.ts";
import { collect } from "./collect.ts";
import type { Connections, HttpAnswer, HttpRequest } from "./connections.ts";

/** How much is read at once, in bytes. */
const READ_BYTES = 16 * 1024;

/** What {@linkcode FetchedConnections} sends with; `fetch` is one. */
export interface Fetching {
  /** Sends a request as `fetch` does. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Gives up the connections that nobody uses; absent where they are not its own. */
  close?(): void;
}

/** Connections that Deno sees to. */
export class FetchedConnections implements Connections {
  readonly byWayOf: string;
  readonly #fetching: Fetching;

  /** @param byWayOf As in {@linkcode Connections}. */
  constructor(fetching: Fetching = { fetch: networkFetch }, byWayOf = "") {
    this.#fetching = fetching;
    this.byWayOf = byWayOf;
  }

  async send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
    const response = await this.#fetching.fetch(url, {
      method,
      headers,
      signal,
      // A redirect would carry the account's credential to wherever it points.
      redirect: "manual",
      // The cast only narrows the buffer's type: a body never lives in shared memory.
      body: body === undefined ? null : body as Uint8Array<ArrayBuffer>,
    });
    return new FetchedAnswer(response, signal);
  }

  close(): void {
    this.#fetching.close?.();
  }
}

class FetchedAnswer implements HttpAnswer {
  readonly #response: Response;
  readonly #signal: AbortSignal;
  #reader: ReadableStreamBYOBReader | undefined;
  /** Read into again and again: Deno's own choice is 64 KiB for every read, however little comes. */
  #buffer = new ArrayBuffer(READ_BYTES);

  constructor(response: Response, signal: AbortSignal) {
    this.#response = response;
    this.#signal = signal;
  }

  get status(): number {
    return this.#response.status;
  }

  header(name: string): string | undefined {
    return this.#response.headers.get(name) ?? undefined;
  }

  async read(): Promise<Uint8Array | undefined> {
    const reader = this.#reader ??= this.#open();
    const { done, value } = await reader?.read(new Uint8Array(this.#buffer)) ?? { done: true };
    this.#signal.throwIfAborted();
    if (done || value === undefined) return undefined;
    this.#buffer = value.buffer;
    return value.slice();
  }

  bytes(): Promise<Uint8Array> {
    return collect(this);
  }

  async cancel(): Promise<void> {
    // A body that is being given up can fail in no way that still matters.
    await (this.#reader ?? this.#response.body)?.cancel().catch(ignore);
  }

  /**
   * Reads end when the request is given up. Deno sees to that itself, but only until the garbage
   * collector runs: it holds the link from a signal to an answer that has begun weakly.
   */
  #open(): ReadableStreamBYOBReader | undefined {
    const reader = this.#response.body?.getReader({ mode: "byob" });
    this.#signal.addEventListener("abort", () => void this.cancel(), { once: true });
    return reader;
  }
}

function ignore(): void {}
