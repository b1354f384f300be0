/**
 * A response whose body is passed on as bytes: a file, or anything else that is not read here.
 *
 * @module
 */
import { type Exchange, networkFault, send } from "./exchange.ts";
import type { HttpResponse } from "./wire/connections.ts";

/** A response with a 2xx status. */
export interface ByteResponse extends Pick<HttpResponse, "status" | "headers" | "header"> {
  /**
   * Reads no more from upstream than it is asked for. Fails with an `UpstreamFault`; has to be read to its
   * end or cancelled.
   */
  readonly body: ReadableStream<Uint8Array>;
}

/**
 * Sends a request, and gives its response as it comes.
 *
 * @throws {UpstreamFault} For every status but 2xx.
 */
export async function sendForBytes(exchange: Exchange): Promise<ByteResponse> {
  const { signal, url, connections } = exchange;
  const response = await send(exchange);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await response.read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      } catch (error) {
        throw networkFault(error, { signal, url, connections });
      }
    },
    cancel: () => response.cancel(),
  }, { highWaterMark: 0 });
  return {
    status: response.status,
    headers: response.headers,
    header: (name) => response.header(name),
    body,
  };
}
