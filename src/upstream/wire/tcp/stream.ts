/**
 * What a connection runs on.
 *
 * @module
 */

/** A stream of bytes in both directions: a part of `Deno.Conn`. */
export type Stream = Pick<Deno.Conn, "read" | "write" | "close" | "ref" | "unref">;

/** Closes a connection that may be closed already, or have become part of another. */
export function closeQuietly(stream: Deno.Conn): void {
  try {
    stream.close();
  } catch {
    // That is what was wanted.
  }
}
