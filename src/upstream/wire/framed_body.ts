/**
 * A streamed request body as it goes over the wire: by its declared length, or in chunks.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6}
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { RequestBodyError, type StreamedBody } from "./streamed_body.ts";

/** Up to this size, in bytes, a piece goes out in one write with its chunk's marks. */
const SMALL_PIECE = 16 * 1024;

const encoder = new TextEncoder();
const CRLF = encoder.encode("\r\n");
const LAST_CHUNK = encoder.encode("0\r\n\r\n");

/**
 * The bytes to write; each piece is taken from the body when the one before it has been written.
 *
 * @param body Is taken from until `isOver` says that nobody needs it any longer.
 * @throws {RequestBodyError} Before the server could take the body for a complete one: when its stream
 * fails, or its length is not the declared one.
 */
export function framedBody(
  body: StreamedBody,
  isOver: () => boolean,
): AsyncGenerator<Uint8Array, void> {
  return body.length === undefined
    ? inChunks(piecesOf(body, isOver))
    : ofLength(body.length, piecesOf(body, isOver));
}

async function* piecesOf(
  body: StreamedBody,
  isOver: () => boolean,
): AsyncGenerator<Uint8Array, void> {
  while (true) {
    const piece = await body.peek();
    // Another request may have the body now.
    if (isOver()) throw new RequestBodyError("the request is over");
    if (piece === undefined) return;
    body.take();
    // An empty chunk would end the body.
    if (piece.length > 0) yield piece;
  }
}

/** The last piece waits for the stream's end: with it the server would take a body that is too long for whole. */
async function* ofLength(
  length: number,
  pieces: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  let left = length;
  let last: Uint8Array | undefined;
  for await (const piece of pieces) {
    left -= piece.length;
    if (left < 0) throw new RequestBodyError("the request's body is longer than was declared");
    if (left === 0) last = piece;
    else yield piece;
  }
  if (left > 0) throw new RequestBodyError("the request's body is shorter than was declared");
  if (last !== undefined) yield last;
}

async function* inChunks(
  pieces: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) {
    const size = encoder.encode(`${piece.length.toString(16)}\r\n`);
    if (piece.length > SMALL_PIECE) {
      yield size;
      yield piece;
      yield CRLF;
    } else yield joinBytes([size, piece, CRLF]);
  }
  yield LAST_CHUNK;
}
