/**
 * Collects a body.
 *
 * @module
 */
import { joinBytes } from "../../../base/join_bytes.ts";
import type { HttpResponse } from "../connections.ts";

/** Most bytes of a collected response, after decompression. A generated image has a tenth of that. */
const MOST_BYTES = 100 * 1024 * 1024;

/** Thrown when a response is too long to be collected. */
export class ResponseTooLong extends Error {
  override readonly name = "ResponseTooLong";

  constructor() {
    super(`a response of more than ${MOST_BYTES / 1024 / 1024} MiB`);
  }
}

/**
 * Reads the rest of a response's body. A response that is too long is cancelled.
 *
 * @throws What its `read` throws, and {@linkcode ResponseTooLong}.
 */
export async function collect(
  response: Pick<HttpResponse, "read" | "cancel">,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let next = await response.read(); next !== undefined; next = await response.read()) {
    length += next.length;
    if (length > MOST_BYTES) {
      await response.cancel();
      throw new ResponseTooLong();
    }
    pieces.push(next);
  }
  return joinBytes(pieces);
}
