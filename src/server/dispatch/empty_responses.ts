/**
 * The empty responses that one call got.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { EmptyResponse } from "../../upstream/faults/empty_response.ts";
import type { ClientCall } from "./dispatch.ts";

/** Keeps the last empty response of a call, for its client where no account has a better one. */
export class EmptyResponses<T> {
  readonly #call: Pick<ClientCall, "lifecycle" | "watch">;
  readonly #read: (empty: EmptyResponse) => T;
  #last: { readonly empty: EmptyResponse; readonly account: string } | undefined;

  /** @param read Makes what the client is answered with. */
  constructor(call: Pick<ClientCall, "lifecycle" | "watch">, read: (empty: EmptyResponse) => T) {
    this.#call = call;
    this.#read = read;
  }

  /** Passes on how an attempt ends, and notes it. */
  note(attempt: Promise<T>): Promise<T> {
    return attempt.catch((error) => {
      const { account } = this.#call.lifecycle.record;
      if (error instanceof EmptyResponse) this.#last = { empty: error, account };
      throw error;
    });
  }

  /**
   * The call's answer. An empty one counts where the call would fail and its client still waits: it is
   * what upstream says to this request.
   */
  orLast(response: Promise<T>): Promise<T> {
    return response.catch((error) => {
      const { lifecycle: { record }, watch } = this.#call;
      const isOurs = error instanceof RpcError && watch.over === undefined;
      if (this.#last === undefined || !isOurs) throw error;
      record.account = this.#last.account;
      return this.#read(this.#last.empty);
    });
  }
}
