/**
 * A body that comes in pieces, in one piece.
 *
 * @module
 */
import { joinBytes } from "../../gemini/join_bytes.ts";
import type { HttpAnswer } from "./connections.ts";

/**
 * Reads the rest of an answer's body.
 *
 * @throws What its `read` throws.
 */
export async function collect(answer: Pick<HttpAnswer, "read">): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let next = await answer.read(); next !== undefined; next = await answer.read()) {
    pieces.push(next);
  }
  return joinBytes(pieces);
}
