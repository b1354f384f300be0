/**
 * Tunnels through proxies: a stream to the proxy becomes one to the server.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6} CONNECT
 * @see {@link https://www.rfc-editor.org/rfc/rfc1928} SOCKS5
 * @see {@link https://www.rfc-editor.org/rfc/rfc1929} its user name and password
 * @module
 */
import type { ProxyAddress } from "../../../accounts/network/proxy_url.ts";
import { utf8Bytes } from "../../../base/text/text.ts";
import { parseResponseHead } from "../http/response_head.ts";
import type { TcpTarget } from "./connect_tcp.ts";
import type { Stream } from "./stream.ts";

/** Largest head of a proxy's response, in bytes. */
const MOST_HEAD_BYTES = 16 * 1024;

/** The part of a stream that is used. */
type Wire = Pick<Stream, "read" | "write">;

/** The value of `Proxy-Authorization` for a proxy with a login. */
export function proxyAuthorization({ login }: ProxyAddress): string | undefined {
  if (login === undefined) return undefined;
  const bytes = utf8Bytes(`${login.username}:${login.password}`);
  return `Basic ${bytes.toBase64()}`;
}

/**
 * Opens a tunnel through an HTTP proxy.
 *
 * @throws {Error} When the proxy rejects it.
 */
export async function openHttpTunnel(
  wire: Wire,
  to: TcpTarget,
  proxy: ProxyAddress,
): Promise<void> {
  const host = `${to.hostname.includes(":") ? `[${to.hostname}]` : to.hostname}:${to.port}`;
  const authorization = proxyAuthorization(proxy);
  await writeAll(
    wire,
    utf8Bytes(
      `CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n` +
        (authorization === undefined ? "" : `proxy-authorization: ${authorization}\r\n`) + "\r\n",
    ),
  );
  // The server behind the tunnel sends nothing before the first request, so none of its bytes are read here.
  let text = "";
  const buffer = new Uint8Array(MOST_HEAD_BYTES);
  while (!/\r?\n\r?\n$/.test(text.slice(-4))) {
    const count = await wire.read(buffer);
    if (count === null) throw new Error("the proxy closed the connection");
    text += String.fromCharCode(...buffer.subarray(0, Math.min(count, 4096)));
    if (count > 4096 || text.length > MOST_HEAD_BYTES) throw new Error("the proxy sent too much");
  }
  const { status } = parseResponseHead(text.replace(/\r?\n\r?\n$/, ""));
  if (status === 407) throw new Error("the proxy asks for another user name and password");
  if (status < 200 || status > 299) throw new Error(`the proxy refused the tunnel with ${status}`);
}

const SOCKS = 5;
const NO_LOGIN = 0;
const WITH_LOGIN = 2;
const REFUSED = 0xff;
const CONNECT = 1;
const NAME = 3;

/** RFC 1928 section 6. */
const SOCKS_FAILURES: Readonly<Record<number, string | undefined>> = {
  2: "its rules do not allow the connection",
  3: "the network is unreachable",
  4: "the host is unreachable",
  5: "the connection was refused",
  6: "the host did not respond in time",
};

/**
 * Opens a tunnel through a SOCKS5 proxy, which looks up the host name.
 *
 * @throws {Error} When the proxy rejects it.
 */
export async function openSocksTunnel(
  wire: Wire,
  to: TcpTarget,
  { login }: ProxyAddress,
): Promise<void> {
  // A proxy that needs no login can choose that, although there is one.
  const methods = login === undefined ? [NO_LOGIN] : [NO_LOGIN, WITH_LOGIN];
  await writeAll(wire, Uint8Array.of(SOCKS, methods.length, ...methods));
  const [, chosen = REFUSED] = await readExactly(wire, 2);
  if (!methods.includes(chosen)) throw new Error("the proxy asks for a user name and password");
  if (login !== undefined && chosen === WITH_LOGIN) {
    await writeAll(
      wire,
      Uint8Array.of(1, ...counted(login.username), ...counted(login.password)),
    );
    const [, status] = await readExactly(wire, 2);
    if (status !== 0) throw new Error("the proxy refused the user name and password");
  }
  const port = [to.port >> 8, to.port & 0xff];
  await writeAll(wire, Uint8Array.of(SOCKS, CONNECT, 0, NAME, ...counted(to.hostname), ...port));
  const [, status = 1, , type] = await readExactly(wire, 4);
  if (status !== 0) {
    throw new Error(`the proxy did not connect: ${SOCKS_FAILURES[status] ?? `code ${status}`}`);
  }
  const [length = 0] = type === NAME ? await readExactly(wire, 1) : [type === 1 ? 4 : 16];
  await readExactly(wire, length + 2);
}

/** A text preceded by its length in one byte. */
function counted(text: string): number[] {
  const bytes = utf8Bytes(text);
  if (bytes.length > 255) throw new Error("the proxy takes no name that is so long");
  return [bytes.length, ...bytes];
}

async function readExactly(wire: Wire, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await wire.read(bytes.subarray(at));
    if (count === null) throw new Error("the proxy closed the connection");
    at += count;
  }
  return bytes;
}

async function writeAll(wire: Wire, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await wire.write(rest));
}
