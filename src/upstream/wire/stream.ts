/**
 * What a connection runs on.
 *
 * @module
 */

/** A stream of bytes in both directions: a part of `Deno.Conn`. */
export type Stream = Pick<Deno.Conn, "read" | "write" | "close" | "ref" | "unref">;
