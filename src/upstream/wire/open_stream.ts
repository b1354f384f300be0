/**
 * Opens the stream of bytes that a connection runs on.
 *
 * @module
 */
import type { Origin } from "./origin.ts";

/** How to open one. */
export interface OpenOptions {
  /** Gives the attempt up. */
  readonly signal: AbortSignal;
  /** Authorities to trust besides those that Deno does, as PEM. */
  readonly caCerts?: readonly string[] | undefined;
}

/**
 * Connects to a server, by TLS where its origin says so.
 *
 * @throws When it can't be reached, is not who it should be, or the signal aborts.
 */
export async function openStream(
  { hostname, port, isSecure }: Origin,
  { signal, caCerts = [] }: OpenOptions,
): Promise<Deno.Conn> {
  const plain = await Deno.connect({ hostname, port, signal });
  // A body's last piece must not wait for the acknowledgement of the one before.
  plain.setNoDelay();
  // Costs nothing, and keeps some firewalls awake; the first probe comes after hours, so no more than that.
  plain.setKeepAlive();
  if (!isSecure) return plain;
  const alpnProtocols = ["http/1.1"];
  const secure = await Deno.startTls(plain, { hostname, caCerts: [...caCerts], alpnProtocols });
  const giveUp = () => secure.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    // The handshake fails here, where another way can still be taken.
    await secure.handshake();
    return secure;
  } catch (error) {
    if (!signal.aborted) secure.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
