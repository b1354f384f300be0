/**
 * A tunnel as a TCP connection. Deno starts TLS over TCP only, and an https proxy in front of an https server
 * needs TLS inside of TLS. (Node's TLS runs over any stream, but requires a permission that Pollux drops.)
 *
 * @module
 */
import { ignore } from "../../../base/ignore.ts";
import { closeQuietly } from "./stream.ts";

/**
 * Connects a loopback TCP connection to a tunnel. Each is closed when the other is.
 *
 * @throws {Error} When another process connected first.
 */
export async function relayOverTcp(tunnel: Deno.Conn): Promise<Deno.TcpConn> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const far = await listener.accept();
  if (far.remoteAddr.port !== near.localAddr.port) {
    for (const end of [near, far]) end.close();
    throw new Error("another process connected to the relay of the proxy's tunnel");
  }
  near.setNoDelay();
  far.setNoDelay();
  for (const [from, to] of [[far, tunnel], [tunnel, far]] as const) {
    from.readable.pipeTo(to.writable).catch(ignore).finally(() => {
      // When one side is closed, the other must not wait for it.
      for (const end of [far, tunnel]) closeQuietly(end);
    });
  }
  return near;
}
