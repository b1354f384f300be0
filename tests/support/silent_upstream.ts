/**
 * An upstream on bare TCP that takes a request and then says no more than it is told to: it sees for
 * itself when the gateway hangs up. (Deno's own server, from 2.8.3 to 2.9 at least, does not, where a
 * request has more than 512 bytes.)
 *
 * @module
 */
import { OwnPath, STRAY } from "./own_path.ts";
import { closeQuietly, encode, isWholeRequest, writeAll } from "./raw_http.ts";

/** One connection, and the request on it. */
export interface SilentExchange {
  /** The request's first line. */
  readonly line: string;
  /** Settles when the other side has closed the connection. */
  readonly closed: Promise<void>;
}

/** An upstream that listens. */
export interface SilentUpstream extends AsyncDisposable {
  readonly url: string;
  /** Those whose request has arrived, oldest first. */
  readonly exchanges: readonly SilentExchange[];
  /** The exchange with that number, from 0, as soon as its request has arrived. */
  arrival(index: number): Promise<SilentExchange>;
}

/**
 * Starts an upstream.
 *
 * @param response What it answers to every request before it falls silent.
 */
export function startSilentUpstream(response = ""): SilentUpstream {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const path = new OwnPath();
  const connections = new Set<Deno.Conn>();
  const exchanges: SilentExchange[] = [];
  const arrivals = new EventTarget();
  const tasks: Promise<void>[] = [];

  async function serve(connection: Deno.Conn): Promise<void> {
    connections.add(connection);
    const closed = Promise.withResolvers<void>();
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(64 * 1024);
    let text = "";
    try {
      while (true) {
        const count = await connection.read(buffer);
        if (count === null) break;
        const before = isWholeRequest(text);
        text += decoder.decode(buffer.subarray(0, count), { stream: true });
        if (before || !isWholeRequest(text)) continue;
        const own = path.restOf(text);
        if (own === undefined) {
          await writeAll(connection, encode(STRAY));
          break;
        }
        exchanges.push({ line: own.slice(0, own.indexOf("\r\n")), closed: closed.promise });
        arrivals.dispatchEvent(new Event("arrival"));
        await connection.write(new TextEncoder().encode(response));
      }
    } catch {
      // A reset is a way of hanging up, too.
    }
    closed.resolve();
    connections.delete(connection);
    closeQuietly(connection);
  }

  async function accept(): Promise<void> {
    for await (const connection of listener) tasks.push(serve(connection));
  }

  const accepting = accept();
  return {
    url: `http://127.0.0.1:${listener.addr.port}${path.prefix}`,
    exchanges,
    async arrival(index) {
      while (true) {
        const exchange = exchanges[index];
        if (exchange !== undefined) return exchange;
        await new Promise((resolve) =>
          arrivals.addEventListener("arrival", resolve, { once: true })
        );
      }
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of connections) closeQuietly(connection);
      await accepting;
      await Promise.all(tasks);
    },
  };
}
