/**
 * The empty responses that one call got.
 *
 * @module
 */
import { METHODS, type ModelMethod } from "../../gemini/api/methods.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { EmptyResponse } from "../../upstream/faults/empty_response.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import type { ClientCall } from "./dispatch.ts";

/** Keeps the last empty response of a call, for its client where no account has a better one. */
export class EmptyResponses {
  readonly #call: Pick<ClientCall, "method" | "lifecycle" | "watch">;
  #last: { readonly empty: EmptyResponse; readonly account: string } | undefined;

  constructor(call: Pick<ClientCall, "method" | "lifecycle" | "watch">) {
    this.#call = call;
  }

  /** Passes on how an attempt ends, and notes it. */
  note(attempt: Promise<UpstreamResponse>): Promise<UpstreamResponse> {
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
  orLast(response: Promise<UpstreamResponse>): Promise<UpstreamResponse> {
    return response.catch((error) => {
      const { lifecycle: { record }, watch, method } = this.#call;
      const isOurs = error instanceof RpcError && watch.over === undefined;
      if (this.#last === undefined || !isOurs) throw error;
      record.account = this.#last.account;
      return responseOf(this.#last.empty, method);
    });
  }
}

/** What came, as a response to the method. */
function responseOf(empty: EmptyResponse, method: ModelMethod): UpstreamResponse {
  return METHODS[method].response === "stream"
    ? { type: "stream", events: ReadableStream.from([empty.events]) }
    : { type: "json", bytes: empty.json };
}
