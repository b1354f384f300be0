/**
 * Stands before a server, passes every request on, and keeps what was sent, whole.
 *
 * @module
 */

/** A request, and the status of its response. */
export interface RecordedMessage {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  /** 0 before the response has begun. */
  status: number;
}

/** Headers that belong to a connection, not to a message. */
const OF_CONNECTION = ["host", "content-length", "accept-encoding", "connection"];

/** The recorder. */
export class Recorder implements AsyncDisposable {
  /** In their order. */
  readonly messages: RecordedMessage[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** @param target The server's origin. */
  constructor(target: string) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#pass(request, target),
    );
  }

  /** Its origin. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #pass(request: Request, target: string): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    const path = pathname + search;
    const bytes = await request.bytes();
    const message = {
      method,
      path,
      headers: new Headers(headers),
      body: new TextDecoder().decode(bytes),
      status: 0,
    };
    this.messages.push(message);
    const passed = new Headers(headers);
    for (const name of OF_CONNECTION) passed.delete(name);
    const body = bytes.length === 0 ? {} : { body: bytes };
    const response = await fetch(target + path, {
      method,
      headers: passed,
      signal: request.signal,
      ...body,
    });
    message.status = response.status;
    return response;
  }
}
