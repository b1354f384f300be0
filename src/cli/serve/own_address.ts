/**
 * Finds the address of this machine in its network. Listing the interfaces needs a permission that Pollux does not
 * have, so it sends a datagram to itself, and reads where that came from.
 *
 * @module
 */
import { isWithin } from "../../base/is_within.ts";

/** A multicast group of one organization (RFC 2365). */
const GROUP = "239.255.80.45";

/** Longest time until the datagram has arrived, in ms. */
const PATIENCE_MS = 1000;

/** The IPv4 address from which this machine sends; undefined if it has no network. */
export async function ownAddress(): Promise<string | undefined> {
  let socket: Deno.DatagramConn | undefined;
  try {
    socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
    const group = await socket.joinMulticastV4(GROUP, "0.0.0.0");
    await group.setLoopback(true);
    // The datagram does not leave the machine.
    await group.setTTL(0);
    const mark = crypto.getRandomValues(new Uint8Array(16));
    if (socket.addr.transport !== "udp") return undefined;
    const { port } = socket.addr;
    await socket.send(mark, { transport: "udp", hostname: GROUP, port });
    let sender = "";
    const found = senderOf(mark, socket).then((address) => void (sender = address));
    await isWithin(PATIENCE_MS, found);
    return sender === "" || sender.startsWith("127.") ? undefined : sender;
  } catch {
    return undefined;
  } finally {
    // Also ends the wait for the datagram.
    socket?.close();
  }
}

async function senderOf(mark: Uint8Array, socket: Deno.DatagramConn): Promise<string> {
  for await (const [bytes, { transport, ...sender }] of socket) {
    if (transport === "udp" && "hostname" in sender && bytes.toHex() === mark.toHex()) {
      return sender.hostname;
    }
  }
  return "";
}
