/**
 * A tunnel as a TCP connection. Deno starts TLS over TCP only, and an https proxy in front of an https server
 * needs TLS inside of TLS. (Node's TLS runs over any stream, but asks for a permission that Pollux gives up.)
 *
 * @module
 */
import { ignore } from "../../../base/ignore.ts";
import { closeQuietly } from "./stream.ts";

/**
 * Puts a TCP connection of loopback in front of a tunnel. Each is closed when the other is.
 *
 * @throws {Error} When another process took the place of this one.
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
      // What one side gave up, the other must not wait for.
      for (const end of [far, tunnel]) closeQuietly(end);
    });
  }
  return near;
}
