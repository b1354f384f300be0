/**
 * The end of a connection that comes before its response.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";

/** A connection ended before any byte of a response came on it. */
export class DeadConnection extends Error {
  override readonly name = "DeadConnection";
  /** Whether it is certain that no byte of the request left this machine. */
  readonly isUnsent: boolean;

  /** @param cause What reading from the connection met; undefined where the other side closed it. */
  constructor({ cause, isUnsent }: { readonly cause: unknown; readonly isUnsent: boolean }) {
    super("the connection closed before a response came", defined({ cause }));
    this.isUnsent = isUnsent;
  }
}
