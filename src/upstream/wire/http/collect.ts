/**
 * A body that comes in pieces, in one piece.
 *
 * @module
 */
import { joinBytes } from "../../../base/join_bytes.ts";
import type { HttpResponse } from "../connections.ts";

/** Most bytes of a response that is collected, after decompression. A generated image has a tenth. */
const MOST_BYTES = 100 * 1024 * 1024;

/** A response is longer than what is collected. */
export class ResponseTooLong extends Error {
  override readonly name = "ResponseTooLong";

  constructor() {
    super(`a response of more than ${MOST_BYTES / 1024 / 1024} MiB`);
  }
}

/**
 * Reads the rest of a response's body. One that is too long is given up.
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
