/**
 * A relay of TCP connections in front of the emulator's HTTP server. An HTTP server cannot drop a
 * connection before it has sent headers; the relay can, since it owns the client's side.
 *
 * @module
 */

/** A running relay. */
export interface Relay {
  /** Port that clients connect to. */
  readonly port: number;
  /** Open connections, by the port of the relay's own side. */
  readonly connections: ReadonlySet<number>;
  /**
   * Drops a client's connection.
   *
   * @param innerPort Port of the relay's own side, as the HTTP server sees its peer.
   * @param marker Drop it only when these bytes are sent; they and what follows do not reach the client.
   */
  drop(innerPort: number, marker?: Uint8Array): void;
  /** Closes every connection and waits until all are closed. */
  close(): Promise<void>;
}

/** Options of a relay. */
export interface RelayOptions {
  readonly hostname: string;
  /** Port to listen on; 0 selects a free one. */
  readonly port: number;
  /** Port of the HTTP server, on 127.0.0.1. */
  readonly target: number;
  /** Certificate and key in PEM, if clients connect with TLS. */
  readonly tls: Deno.TlsCertifiedKeyPem | undefined;
}

/** One client's connection and the connection to the server. */
class Link {
  readonly #client: Deno.TcpConn | Deno.TlsConn;
  readonly #inner: Deno.TcpConn;
  #marker: Uint8Array | undefined;
  #held = new Uint8Array(0);
  #closed = false;

  constructor(client: Deno.TcpConn | Deno.TlsConn, inner: Deno.TcpConn) {
    this.#client = client;
    this.#inner = inner;
    if ("setNoDelay" in client) client.setNoDelay(true);
    inner.setNoDelay(true);
  }

  /** Runs until either side is closed. */
  async run(): Promise<void> {
    const up = this.#pump(this.#client, (bytes) => writeAll(this.#inner, bytes));
    const down = this.#pump(this.#inner, (bytes) => this.#forward(bytes));
    await Promise.all([up, down]);
  }

  dropAt(marker: Uint8Array): void {
    this.#marker = marker;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.close();
    this.#inner.close();
  }

  async #pump(from: Deno.Conn, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const size = await from.read(buffer);
        if (size === null) break;
        await write(buffer.subarray(0, size));
      }
    } catch {
      // Either side was closed: closes the other one too.
    }
    this.close();
  }

  async #forward(bytes: Uint8Array): Promise<void> {
    const marker = this.#marker;
    if (marker === undefined) return await writeAll(this.#client, bytes);
    const all = concat(this.#held, bytes);
    const found = indexOf(all, marker);
    // The marker may be split between two reads, so its possible beginning is held back.
    const end = found < 0 ? Math.max(0, all.length - marker.length + 1) : found;
    await writeAll(this.#client, all.subarray(0, end));
    this.#held = all.slice(end);
    if (found >= 0) this.close();
  }
}

/** Starts a relay. */
export function startRelay(options: RelayOptions): Relay {
  const { hostname, port, tls } = options;
  const listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn, Deno.NetAddr> = tls === undefined
    ? Deno.listen({ hostname, port })
    : Deno.listenTls({ hostname, port, ...tls });
  const links = new Map<number, Link>();
  const running = new Set<Promise<void>>();

  async function serve(client: Deno.TcpConn | Deno.TlsConn): Promise<void> {
    let inner: Deno.TcpConn;
    try {
      inner = await Deno.connect({ hostname: "127.0.0.1", port: options.target });
    } catch {
      client.close();
      return;
    }
    const link = new Link(client, inner);
    const { port } = inner.localAddr;
    links.set(port, link);
    await link.run();
    links.delete(port);
  }

  async function accept(): Promise<void> {
    for await (const client of listener) {
      const task = serve(client).finally(() => running.delete(task));
      running.add(task);
    }
  }

  const accepting = accept();
  return {
    port: listener.addr.port,
    get connections() {
      return new Set(links.keys());
    },
    drop(innerPort, marker) {
      const link = links.get(innerPort);
      if (marker === undefined) link?.close();
      else link?.dropAt(marker);
    },
    async close() {
      listener.close();
      await accepting;
      for (const link of links.values()) link.close();
      while (running.size > 0) {
        for (const link of links.values()) link.close();
        await Promise.race(running);
      }
    },
  };
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await conn.write(bytes.subarray(written));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function indexOf(bytes: Uint8Array, marker: Uint8Array): number {
  for (let start = 0; start + marker.length <= bytes.length; start++) {
    if (marker.every((byte, index) => bytes[start + index] === byte)) return start;
  }
  return -1;
}
