/**
 * Opens the byte stream of a connection.
 *
 * @module
 */
import type { ProxyAddress } from "../../../accounts/network/proxy_url.ts";
import { connectTcp, type TcpTarget } from "./connect_tcp.ts";
import { closeQuietly, type Stream } from "./stream.ts";
import { relayOverTcp } from "./tcp_relay.ts";
import type { Origin } from "./origin.ts";
import { openHttpTunnel, openSocksTunnel } from "./proxy_tunnel.ts";

/** Options of {@linkcode openStream}. */
export interface OpenOptions {
  /** Aborts the attempt. */
  readonly signal: AbortSignal;
  /** Additional trusted authorities besides Deno's, as PEM. */
  readonly caCerts?: readonly string[] | undefined;
  /** The proxy to go through. */
  readonly proxy?: ProxyAddress | undefined;
}

/**
 * Connects to a server, with TLS if its origin requires it. With an HTTP proxy and no TLS, the stream ends at
 * the proxy, which gets the request itself.
 *
 * @throws When the server can't be reached, its certificate is rejected, or the signal aborts.
 */
export async function openStream(origin: Origin, options: OpenOptions): Promise<Stream> {
  const { signal, proxy } = options;
  const via = proxy === undefined ? undefined : new URL(proxy.url);
  const plain = await connectTcp(via === undefined ? origin : targetOf(via), signal);
  // A body's last piece must not wait for the acknowledgement of the one before.
  plain.setNoDelay();
  // Costs nothing and helps with some firewalls; limited, because the first probe is sent after hours.
  plain.setKeepAlive();
  let open: Deno.Conn = plain;
  const giveUp = () => closeQuietly(open);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    if (via === undefined || proxy === undefined) {
      return origin.isSecure ? open = await startTls(plain, origin, options) : plain;
    }
    if (via.protocol.startsWith("socks5")) {
      await openSocksTunnel(plain, origin, proxy);
      return origin.isSecure ? open = await startTls(plain, origin, options) : plain;
    }
    const isProxySecure = via.protocol === "https:";
    if (isProxySecure) open = await startTls(plain, targetOf(via), options);
    if (!origin.isSecure) return open;
    await openHttpTunnel(open, origin, proxy);
    if (!isProxySecure) return open = await startTls(plain, origin, options);
    return open = await startTls(await relayOverTcp(open), origin, options);
  } catch (error) {
    closeQuietly(open);
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

async function startTls(
  plain: Deno.TcpConn,
  { hostname }: TcpTarget,
  { caCerts = [], signal }: OpenOptions,
): Promise<Deno.TlsConn> {
  const alpnProtocols = ["http/1.1"];
  const secure = await Deno.startTls(plain, { hostname, caCerts: [...caCerts], alpnProtocols });
  const giveUp = () => closeQuietly(secure);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    // So that a failed handshake is reported here, and not by the first request.
    await secure.handshake();
    return secure;
  } catch (error) {
    closeQuietly(secure);
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function targetOf({ protocol, hostname, port }: URL): TcpTarget {
  const usual = protocol === "https:" ? 443 : protocol === "http:" ? 80 : 1080;
  return {
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? usual : Number(port),
  };
}
