/**
 * A server on bare TCP, or TLS, that answers byte for byte what a test tells it, and counts its
 * connections.
 *
 * @module
 */
import { closeQuietly, isWholeRequest, writeAll } from "../../support/raw_http.ts";
import { SERVER_CERTIFICATE } from "../../support/test_certificate.ts";

/** A request as it arrived. */
export interface ArrivedRequest {
  /** Head and body. */
  readonly text: string;
  /** On which connection, counted from 0. */
  readonly connection: number;
}

/** What to answer: pieces that are written one by one; `close` closes the connection. */
export type Script = readonly (string | Uint8Array | "close")[];

/** A server that listens. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  /** How many connections were accepted. */
  readonly connectionCount: number;
  readonly requests: readonly ArrivedRequest[];
  /** Says on every connection that nothing more is to come. */
  hangUp(): Promise<void>;
  /** Resolves when as many connections are closed: by the other side, or by a script. */
  closed(count: number): Promise<void>;
}

/** How to serve. */
export interface ScriptedServerOptions {
  readonly tls?: boolean;
  /** Answers before the request's body has come. */
  readonly isHasty?: boolean;
}

/**
 * Starts a server.
 *
 * @param answer What to answer to a request; `index` counts them from 0.
 */
export function startScriptedServer(
  response: (index: number, request: string) => Script,
  { tls = false, isHasty = false }: ScriptedServerOptions = {},
): ScriptedServer {
  const address = { hostname: "127.0.0.1", port: 0 };
  const listener: Deno.Listener<Deno.Conn> = tls
    ? Deno.listenTls({ ...address, ...SERVER_CERTIFICATE, alpnProtocols: ["h2", "http/1.1"] })
    : Deno.listen(address);
  const open = new Set<Deno.Conn>();
  const requests: ArrivedRequest[] = [];
  const tasks: Promise<void>[] = [];
  const events = new EventTarget();
  let connectionCount = 0;
  let closedCount = 0;

  async function serve(stream: Deno.Conn, connection: number): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    const decoder = new TextDecoder();
    let text = "";
    try {
      while (true) {
        const count = await stream.read(buffer);
        if (count === null) break;
        text += decoder.decode(buffer.subarray(0, count), { stream: true });
        if (!(isHasty ? text.includes("\r\n\r\n") : isWholeRequest(text))) continue;
        requests.push({ text, connection });
        const script = response(requests.length - 1, text);
        text = "";
        for (const piece of script) {
          if (piece === "close") throw new Deno.errors.ConnectionAborted();
          await writeAll(
            stream,
            typeof piece === "string" ? new TextEncoder().encode(piece) : piece,
          );
        }
      }
    } catch {
      // A reset is a way of hanging up, too, and so is the end of a script.
    }
    open.delete(stream);
    closeQuietly(stream);
    closedCount++;
    events.dispatchEvent(new Event("closed"));
  }

  async function accept(): Promise<void> {
    while (true) {
      let stream: Deno.Conn;
      try {
        stream = await listener.accept();
      } catch {
        return;
      }
      open.add(stream);
      tasks.push(serve(stream, connectionCount++));
    }
  }

  const accepting = accept();
  const { port } = listener.addr as Deno.NetAddr;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    get connectionCount() {
      return connectionCount;
    },
    requests,
    async hangUp() {
      for (const stream of open) await stream.closeWrite();
    },
    async closed(count) {
      while (closedCount < count) {
        await new Promise((resolve) => events.addEventListener("closed", resolve, { once: true }));
      }
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const stream of open) closeQuietly(stream);
      await accepting;
      await Promise.all(tasks);
    },
  };
}

/** A response of declared length. */
export function whole(body: string, headers = ""): string {
  const length = new TextEncoder().encode(body).length;
  return `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n${headers}\r\n${body}`;
}
