/**
 * The body of a streamed response, decoded as it arrives.
 *
 * @module
 */
import type { StreamFailure } from "../../gemini/stream/stream.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import { responseFault } from "../faults/response_fault.ts";
import type { UpstreamFault } from "../faults/upstream_fault.ts";
import type { StreamListener } from "../upstream.ts";
import type { HttpResponse } from "../wire/connections.ts";
import { type Exchange, networkFault } from "./exchange.ts";

/** Cuts bytes into items. */
export interface Decoder<T> {
  /** The items that these bytes complete; may be none. */
  push(bytes: Uint8Array): T[];
  /** The items that the end of the body completes. */
  end(): T[];
}

/**
 * The part of a request that is needed to read its response. The body is not retained: a stream may last for
 * minutes.
 */
export type Asked = Pick<Exchange, "clock" | "connections" | "signal" | "url">;

/** An error within a body. */
interface Failed {
  readonly error: RpcError;
  readonly cause: StreamFailure;
}

/** The body of a response. */
export class DecodedBody<T> {
  /** Whether nothing follows: upstream ended the body, or it was cancelled. */
  ended = false;
  /** Whether the stream's listener hears of bytes: from the first content on. */
  isOpen = false;
  readonly #response: HttpResponse;
  readonly #asked: Asked;
  readonly #decoder: Decoder<T>;
  readonly #listener: StreamListener | undefined;

  /** @param response A 2xx response. */
  constructor(
    response: HttpResponse,
    { clock, connections, signal, url }: Asked,
    { decoder, listener }: {
      readonly decoder: Decoder<T>;
      readonly listener: StreamListener | undefined;
    },
  ) {
    this.#response = response;
    this.#asked = { clock, connections, signal, url };
    this.#decoder = decoder;
    this.#listener = listener;
  }

  /**
   * Returns the items that the next bytes complete; may be none.
   *
   * @throws {UpstreamFault} When the connection breaks.
   */
  async read(): Promise<T[]> {
    try {
      const bytes = await this.#response.read();
      this.ended = bytes === undefined;
      if (bytes === undefined) return this.#decoder.end();
      if (this.isOpen) this.#listener?.onBytes();
      return this.#decoder.push(bytes);
    } catch (error) {
      this.ended = true;
      throw networkFault(error, this.#asked);
    }
  }

  /** Cancels the response; upstream notices at once. */
  async cancel(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.#response.cancel();
  }

  /** The fault for an error within the body. */
  faultOf(failed: Failed): UpstreamFault {
    return responseFault(failed, {
      nowMs: this.#asked.clock.now(),
      retryAfterHeader: this.#response.header("retry-after"),
    });
  }

  /** Reports an error within the body to the stream's listener. */
  report(failed: Failed): void {
    this.#listener?.onFault(this.faultOf(failed));
  }
}
