/**
 * Proxies on bare TCP: they take what a client asks of them, note it, and pass bytes on.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6} CONNECT
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2} absolute form
 * @see {@link https://www.rfc-editor.org/rfc/rfc1928} SOCKS5
 * @see {@link https://www.rfc-editor.org/rfc/rfc1929} its user name and password
 * @module
 */
import { closeQuietly } from "./raw_http.ts";

/** A proxy that listens. */
export interface ProxyServer extends AsyncDisposable {
  readonly port: number;
  /** What was asked of it, a line for each request, as in `POST http://host:1/path` or `host:1`. */
  readonly asked: readonly string[];
  /** How many connections it took. */
  readonly connections: number;
  /** Resolves as soon as none of them is open. */
  allClosed(): Promise<void>;
}

/** What a proxy asks of its clients. */
export interface ProxyServerOptions {
  /** The only user that it serves. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Makes it an https proxy: certificate and key in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Where it connects to, whatever it is asked for: the name of a host that is none resolves so. */
  readonly target?: { readonly hostname: string; readonly port: number };
}

/** Takes a client's request, answers it as its protocol wants, and connects. */
type Greeting = (connection: Wire, note: (line: string) => void) => Promise<Deno.Conn | undefined>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Starts an HTTP proxy: CONNECT, and requests in absolute form; one request a connection for these. */
export function startHttpProxy(options: ProxyServerOptions = {}): ProxyServer {
  const { login, target } = options;
  const wanted = login && `Basic ${btoa(`${login.username}:${login.password}`)}`;
  return start(options, async (client, note) => {
    const head = await client.readHead();
    const [line = "", ...fields] = head.split("\r\n");
    const [method = "", address = ""] = line.split(" ");
    const given = fields.find((field) => /^proxy-authorization:/i.test(field));
    if (wanted !== undefined && given?.slice(given.indexOf(":") + 2) !== wanted) {
      note(`refused ${method}`);
      const refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n";
      await client.write(encoder.encode(`${refusal}content-length: 0\r\n\r\n`));
      return undefined;
    }
    note(`${method} ${address}`);
    if (method === "CONNECT") {
      const upstream = await connect(`http://${address}`, target);
      await client.write(encoder.encode("HTTP/1.1 200 Connected\r\n\r\n"));
      return upstream;
    }
    const upstream = await connect(address, target);
    // Pipes nothing but this one request: the next may be for another host.
    const passed = fields.filter((field) => !/^(proxy-|connection:)/i.test(field));
    const first = line.replace(new URL(address).origin, "");
    const request = [first, "connection: close", ...passed].join("\r\n");
    await new Wire(upstream).write(encoder.encode(request));
    return upstream;
  });
}

/** Starts a SOCKS5 proxy. */
export function startSocksProxy(options: ProxyServerOptions = {}): ProxyServer {
  const { login, target } = options;
  return start(options, async (client, note) => {
    const [, methodCount = 0] = await client.read(2);
    const methods = await client.read(methodCount);
    const method = login === undefined ? 0 : 2;
    if (!methods.includes(method)) {
      note("refused");
      await client.write(Uint8Array.of(5, 0xff));
      return undefined;
    }
    await client.write(Uint8Array.of(5, method));
    if (login !== undefined) {
      await client.read(1);
      const username = await client.readText();
      const password = await client.readText();
      const isRight = username === login.username && password === login.password;
      await client.write(Uint8Array.of(1, isRight ? 0 : 1));
      if (!isRight) {
        note("refused");
        return undefined;
      }
    }
    const [, , , type] = await client.read(4);
    const host = type === 3 ? await client.readText() : (await client.read(4)).join(".");
    const [high = 0, low = 0] = await client.read(2);
    const address = `${host}:${high * 256 + low}`;
    note(address);
    const upstream = await connect(`http://${address}`, target);
    await client.write(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    return upstream;
  });
}

/** A connection that is read in exact pieces. */
class Wire {
  readonly #connection: Deno.Conn;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  async read(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const count = await this.#connection.read(bytes.subarray(at));
      if (count === null) throw new Error("The client hung up");
      at += count;
    }
    return bytes;
  }

  /** A text behind its length in one byte. */
  async readText(): Promise<string> {
    const [length = 0] = await this.read(1);
    return decoder.decode(await this.read(length));
  }

  /** Everything up to an empty line, with it, and no byte more. */
  async readHead(): Promise<string> {
    let head = "";
    while (!head.endsWith("\r\n\r\n")) head += decoder.decode(await this.read(1));
    return head;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }
}

function start({ tls }: ProxyServerOptions, greet: Greeting): ProxyServer {
  // A machine that excepts loopback would have every call go past the proxy.
  for (const variable of ["NO_PROXY", "no_proxy"]) Deno.env.delete(variable);
  const place = { hostname: "127.0.0.1", port: 0 };
  const listener = tls === undefined ? Deno.listen(place) : Deno.listenTls({ ...place, ...tls });
  const asked: string[] = [];
  const open = new Set<Deno.Conn>();
  const tasks: Promise<void>[] = [];
  const ends = new EventTarget();
  let count = 0;
  let serving = 0;

  async function serve(client: Deno.Conn): Promise<void> {
    count++;
    serving++;
    open.add(client);
    let upstream: Deno.Conn | undefined;
    try {
      upstream = await greet(new Wire(client), (line) => void asked.push(line));
      if (upstream === undefined) return;
      open.add(upstream);
      await Promise.all([pass(client, upstream), pass(upstream, client)]);
    } catch {
      // A side that hangs up is no more than the end of its connection.
    } finally {
      for (const end of [client, upstream]) if (end !== undefined) closeQuietly(end);
      serving--;
      ends.dispatchEvent(new Event("end"));
    }
  }

  async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    try {
      await from.readable.pipeTo(to.writable);
    } finally {
      // What one side gave up, the other must not wait for.
      for (const end of [from, to]) closeQuietly(end);
    }
  }

  async function accept(): Promise<void> {
    for await (const client of listener) tasks.push(serve(client));
  }

  const accepting = accept();
  return {
    port: listener.addr.port,
    asked,
    get connections() {
      return count;
    },
    async allClosed() {
      while (serving > 0) {
        await new Promise((resolve) => ends.addEventListener("end", resolve, { once: true }));
      }
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) closeQuietly(connection);
      await accepting;
      await Promise.all(tasks);
    },
  };
}

function connect(url: string, target: ProxyServerOptions["target"]): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  return Deno.connect(target ?? { hostname, port: Number(port) });
}
