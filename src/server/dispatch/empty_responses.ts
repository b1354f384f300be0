/**
 * The empty responses to one call.
 *
 * @module
 */
import { type CallMethod, METHODS } from "../../gemini/api/methods.ts";
import { type TokenUsage, usageOf } from "../../gemini/api/token_usage.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { EmptyResponse } from "../../upstream/faults/empty_response.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import type { ClientCall } from "./dispatch.ts";

/** Keeps the last empty response to a call, for the client if no account sends a better one. */
export class EmptyResponses {
  readonly #call: Pick<ClientCall, "method" | "lifecycle" | "watch">;
  #last: { readonly empty: EmptyResponse; readonly account: string } | undefined;

  constructor(call: Pick<ClientCall, "method" | "lifecycle" | "watch">) {
    this.#call = call;
  }

  /** Returns the result of an attempt, and records an empty response. */
  note(attempt: Promise<UpstreamResponse>): Promise<UpstreamResponse> {
    return attempt.catch((error) => {
      const { account } = this.#call.lifecycle.record;
      if (error instanceof EmptyResponse) {
        this.#discardLast();
        this.#last = { empty: error, account };
      }
      throw error;
    });
  }

  /**
   * The call's response. If the call fails while its client still waits, the last empty response is returned
   * instead of the error, since it is upstream's response to this request.
   */
  orLast(response: Promise<UpstreamResponse>): Promise<UpstreamResponse> {
    return response.then((response) => {
      this.#discardLast();
      return response;
    }, (error) => {
      const { lifecycle: { record }, watch, method } = this.#call;
      const isOurs = error instanceof RpcError && watch.over === undefined;
      if (this.#last === undefined || !isOurs) {
        this.#discardLast();
        throw error;
      }
      record.account = this.#last.account;
      return responseOf(this.#last.empty, method);
    });
  }

  /** Google has counted the last empty response, although no client gets it. */
  #discardLast(): void {
    if (this.#last === undefined) return;
    const { empty, account } = this.#last;
    this.#last = undefined;
    this.#call.lifecycle.discarded(account, usageIn(empty));
  }
}

/** The usage that an empty response reports; of a stream the last. */
function usageIn({ events }: EmptyResponse): TokenUsage | undefined {
  const reported = events.map((event) => event.type === "data" ? usageOf(event.json) : undefined);
  return reported.findLast((usage) => usage !== undefined);
}

/** Converts an empty response to a response of the method. */
function responseOf(empty: EmptyResponse, method: CallMethod): UpstreamResponse {
  return METHODS[method].response === "stream"
    ? { type: "stream", events: ReadableStream.from([empty.events]) }
    : { type: "json", bytes: empty.json };
}
