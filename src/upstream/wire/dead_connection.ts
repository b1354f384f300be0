/**
 * The error for a connection that ended before its response.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";

/** Thrown when a connection ended before any byte of a response arrived. */
export class DeadConnection extends Error {
  override readonly name = "DeadConnection";
  /** Whether it is certain that no byte of the request left this machine. */
  readonly isUnsent: boolean;

  /** @param cause The error of reading; undefined if the other side closed the connection. */
  constructor({ cause, isUnsent }: { readonly cause: unknown; readonly isUnsent: boolean }) {
    super("the connection closed before a response came", defined({ cause }));
    this.isUnsent = isUnsent;
  }
}
