/**
 * A server on bare TCP whose every connection is a test's to misbehave with.
 *
 * @module
 */
import { OwnPath, STRAY } from "./own_path.ts";
import { closeQuietly, encode, isWholeRequest, writeAll } from "./raw_http.ts";

/** One connection, from the server's side. */
export interface RawConnection {
  /** Counted from 0. */
  readonly index: number;
  /** Resolves when a read has found out that the client has closed it. */
  readonly closed: Promise<void>;
  /** Reads on, for nothing, until the client has closed it. */
  untilClosed(): Promise<void>;
  /** Reads a request: its head, and as much of a body as it declares. Undefined when the client has gone. */
  request(): Promise<string | undefined>;
  /** What comes next, up to 64 KiB, whatever it is. Undefined when the client has gone. */
  bytes(): Promise<Uint8Array | undefined>;
  write(bytes: string | Uint8Array): Promise<void>;
  /** Ends it with FIN. */
  end(): void;
  /** Ends it with FIN, and resolves when the client has closed it for that. */
  hangUp(): Promise<void>;
  /** Ends it with RST, after the first byte of the next request. */
  resetOnUse(): Promise<void>;
}

/** A server that listens. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** How many connections were accepted whose first request is for this server. */
  readonly connectionCount: number;
  /** Requests that were read whole, by the index of their connection. */
  readonly requests: readonly number[];
}

/**
 * Starts a server.
 *
 * @param serve Serves a connection, as soon as the first line of a request has come on it; it stays open until the client, the test or the scope ends it.
 */
export function startRawServer(serve: (connection: RawConnection) => Promise<void>): RawServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const path = new OwnPath();
  const open = new Set<Deno.Conn>();
  const tasks: Promise<unknown>[] = [];
  const requests: number[] = [];
  let connectionCount = 0;

  /** Serves a connection whose first request is under the server's path. */
  async function begin(stream: Deno.TcpConn): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(64 * 1024);
    let text = "";
    while (!text.includes("\r\n")) {
      const count = await stream.read(buffer);
      if (count === null) return;
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
    if (path.restOf(text) !== undefined) {
      return await serve(connectionOf(stream, { index: connectionCount++, begun: text }));
    }
    await writeAll(stream, encode(STRAY));
    closeQuietly(stream);
  }

  function connectionOf(
    stream: Deno.TcpConn,
    { index, begun }: { readonly index: number; readonly begun: string },
  ): RawConnection {
    const closed = Promise.withResolvers<void>();
    const decoder = new TextDecoder();
    let text = begun;
    async function more(size: number): Promise<boolean> {
      const buffer = new Uint8Array(size);
      const count = await stream.read(buffer).catch(() => null);
      if (count === null) closed.resolve();
      else text += decoder.decode(buffer.subarray(0, count), { stream: true });
      return count !== null;
    }
    return {
      index,
      closed: closed.promise,
      async untilClosed() {
        while (await more(64 * 1024)) text = "";
      },
      async request() {
        while (!isWholeRequest(text)) if (!await more(64 * 1024)) return undefined;
        requests.push(index);
        const request = text;
        text = "";
        return request;
      },
      async bytes() {
        if (text !== "") {
          const begun = text;
          text = "";
          return new TextEncoder().encode(begun);
        }
        const buffer = new Uint8Array(64 * 1024);
        const count = await stream.read(buffer).catch(() => null);
        if (count === null) closed.resolve();
        return count === null ? undefined : buffer.subarray(0, count);
      },
      write: (bytes) =>
        writeAll(stream, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes),
      end: () => closeQuietly(stream),
      async hangUp() {
        await stream.closeWrite();
        await this.untilClosed();
      },
      async resetOnUse() {
        // What is closed with bytes unread is reset.
        await more(1);
        closeQuietly(stream);
      },
    };
  }

  async function accept(): Promise<void> {
    for await (const stream of listener) {
      open.add(stream);
      // A client that goes ends what is written to it.
      tasks.push(begin(stream).catch(() => {}));
    }
  }

  const accepting = accept();
  return {
    url: `http://127.0.0.1:${listener.addr.port}${path.prefix}`,
    get connectionCount() {
      return connectionCount;
    },
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const stream of open) closeQuietly(stream);
      await accepting;
      await Promise.all(tasks);
    },
  };
}
