/**
 * The byte stream of a connection.
 *
 * @module
 */

/** A stream of bytes in both directions: a part of `Deno.Conn`. */
export type Stream = Pick<Deno.Conn, "read" | "write" | "close" | "ref" | "unref">;

/** Closes a stream that may already be closed, or be wrapped by another one. */
export function closeQuietly(stream: Deno.Conn): void {
  try {
    stream.close();
  } catch {
    // It is already closed.
  }
}
