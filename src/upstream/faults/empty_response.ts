/**
 * A valid response of status 200 without content.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { StreamEvent } from "../../gemini/stream/stream.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/**
 * The fault for a response with neither a candidate nor a reason why the prompt was blocked. Another attempt
 * may succeed; if none does, the client gets this response.
 */
export class EmptyResponse extends UpstreamFault {
  /** The response, or the chunks of a stream; at least one. */
  readonly events: readonly StreamEvent[];

  constructor(events: readonly StreamEvent[]) {
    const message = "Upstream sent an empty response. Try again in a moment";
    super("transient", new RpcError("UNAVAILABLE", message));
    this.events = events;
  }

  /** The response, or a stream's first chunk. */
  get json(): Uint8Array {
    for (const event of this.events) if (event.type === "data") return event.json;
    throw new TypeError("An empty response has at least one chunk");
  }
}
