/**
 * What a client sends to the gateway, and what the gateway makes of it: recorded between the two.
 *
 * @module
 */
import type { RecordedRequest } from "../../../src/emulator/emulator.ts";

/** One request of a client. */
export interface WireExchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The status of the response to it. */
  readonly status: number;
  /** The requests that the gateway sent upstream for it. */
  readonly upstream: readonly RecordedRequest[];
}

/** What answers the client. */
export type Handle = (
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
) => Response | Promise<Response>;

/** Stands before the gateway, and records what it is asked. */
export class ClientWire {
  readonly #requests: readonly RecordedRequest[];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #exchanges: {
    readonly seen: Omit<WireExchange, "upstream">;
    readonly after: RecordedRequest | undefined;
  }[] = [];

  /**
   * @param handle The gateway's.
   * @param requests What upstream received, as it grows.
   */
  constructor(handle: Handle, requests: readonly RecordedRequest[]) {
    this.#requests = requests;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request, info) => this.#pass(request, { handle, info }),
    );
  }

  /** Its origin. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** What was recorded since the last time. A client waits for each response before its next request. */
  take(): WireExchange[] {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    return exchanges.map(({ seen, after }, index) => {
      const next = exchanges[index + 1]?.after;
      return { ...seen, upstream: this.#between(after, next) };
    });
  }

  /** Stops it. */
  close(): Promise<void> {
    return this.#server.shutdown();
  }

  async #pass(
    request: Request,
    to: { readonly handle: Handle; readonly info: Deno.ServeHandlerInfo<Deno.NetAddr> },
  ): Promise<Response> {
    const { method, url } = request;
    const headers = new Headers(request.headers);
    const body = await request.bytes();
    const after = this.#requests.at(-1);
    const forwarded = new Request(request, body.length === 0 ? {} : { body });
    const response = await to.handle(forwarded, to.info);
    const { pathname, search } = new URL(url);
    const seen = { method, path: pathname + search, headers, body, status: response.status };
    this.#exchanges.push({ seen, after });
    return response;
  }

  #between(
    after: RecordedRequest | undefined,
    last: RecordedRequest | undefined,
  ): readonly RecordedRequest[] {
    const start = after === undefined ? 0 : this.#requests.indexOf(after) + 1;
    return this.#requests.slice(
      start,
      last === undefined ? undefined : this.#requests.indexOf(last) + 1,
    );
  }
}
