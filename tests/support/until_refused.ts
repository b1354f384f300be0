/**
 * Waits for a server to stop listening.
 *
 * @module
 */

/** Resolves when a server takes no connection any more. */
export async function untilRefused(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  while (true) {
    try {
      (await Deno.connect({ hostname, port: Number(port) })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      // What was accepted by the system, but not by the server, is reset: at once, or before it is looked at.
      const { ConnectionReset, NotConnected } = Deno.errors;
      if (!(error instanceof ConnectionReset || error instanceof NotConnected)) throw error;
    }
  }
}
