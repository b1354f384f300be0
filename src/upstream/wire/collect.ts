/**
 * A body that comes in pieces, in one piece.
 *
 * @module
 */
import { joinBytes } from "../../gemini/join_bytes.ts";
import type { HttpAnswer } from "./connections.ts";

/** Most bytes of a response that is collected, after decompression. A generated image has a tenth. */
export const MOST_COLLECTED_BYTES = 100 * 1024 * 1024;

/**
 * Reads the rest of an answer's body. One that is too long is given up.
 *
 * @param maxBytes Most bytes of it.
 * @throws What its `read` throws, and an Error where it is too long.
 */
export async function collect(
  answer: Pick<HttpAnswer, "read" | "cancel">,
  maxBytes = MOST_COLLECTED_BYTES,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let next = await answer.read(); next !== undefined; next = await answer.read()) {
    length += next.length;
    if (length > maxBytes) {
      await answer.cancel();
      throw new Error(`the answer is larger than ${maxBytes / 1024 / 1024} MiB`);
    }
    pieces.push(next);
  }
  return joinBytes(pieces);
}
