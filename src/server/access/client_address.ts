/**
 * The network address that a request comes from, behind trusted proxies as well.
 *
 * @module
 */
import { isIPv4, isIPv6 } from "node:net";
import { parseRanges } from "../../base/address_ranges.ts";
import type { ReceivedBy } from "../environment.ts";
import { isLoopbackHost } from "./key_policy.ts";

/** Most entries of `X-Forwarded-For` that are read. */
const MOST_ENTRIES = 32;

/** Finds the addresses of clients. */
export class ClientAddresses {
  readonly #isTrusted: (address: string) => boolean;

  /** @param trustedProxies Addresses, and ranges of them such as `10.0.0.0/8`. */
  constructor(trustedProxies: readonly string[]) {
    this.#isTrusted = parseRanges(trustedProxies);
  }

  /**
   * Returns the address that a request comes from: the peer's, or, if the peer is a trusted proxy, the rightmost entry
   * of `X-Forwarded-For` that is no trusted proxy. Only that entry was written by a proxy that is trusted; any client
   * can send the ones to its left.
   *
   * @param peer The address at the other end of the connection.
   * @returns In one spelling. The peer's address, if the header has no such entry or if that is no address.
   */
  of(headers: Headers, peer: string): string {
    const own = addressIn(peer) ?? "";
    if (!this.#isTrusted(own)) return own;
    const list = headers.get("x-forwarded-for") ?? "";
    let end = list.length;
    for (let read = 0; read < MOST_ENTRIES && end > 0; read++) {
      const start = list.lastIndexOf(",", end - 1) + 1;
      const address = addressIn(list.slice(start, end));
      if (address === undefined) return own;
      if (!this.#isTrusted(address)) return address;
      end = start - 1;
    }
    return own;
  }
}

/**
 * The network that an address belongs to: an IPv4 address by itself, and of an IPv6 address the first 64 bits, since one
 * machine usually has all the others.
 *
 * @param address In the spelling of {@linkcode ClientAddresses.of}.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  // "::" stands for as many zeros as are missing.
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0");
  return `${[...front, ...zeros, ...back].slice(0, 4).join(":")}::/64`;
}

/** The address at the other end of a request's connection; empty if it is unknown. */
export function peerOf(by: ReceivedBy | undefined): string {
  try {
    const peer = by?.info?.remoteAddr;
    return peer !== undefined && "hostname" in peer ? peer.hostname : "";
  } catch {
    // Deno throws once the connection is closed.
    return "";
  }
}

/** Whether an address belongs to this machine alone. */
export function isLoopbackAddress(address: string): boolean {
  const written = addressIn(address);
  return written !== undefined && isLoopbackHost(written);
}

/** An address with an optional port, in one spelling; undefined if the text is none. */
function addressIn(text: string): string | undefined {
  const written = text.trim();
  // Longer than any address with its zone and its port.
  if (written.length > 100) return undefined;
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d+)?$/.exec(written) ?? [];
  const [address = ""] = (bracketed ?? plain ?? written).split("%", 1);
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  // A socket for both families shows IPv4 addresses so.
  const [, high = "", low = ""] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(canonical ?? "") ?? [];
  if (high === "") return canonical;
  const bits = [parseInt(high, 16), parseInt(low, 16)];
  return bits.flatMap((pair) => [pair >> 8, pair & 255]).join(".");
}
