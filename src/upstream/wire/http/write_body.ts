/**
 * Writes a streamed request body: by its declared length, or in chunks.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-6}
 * @module
 */
import { joinBytes } from "../../../base/join_bytes.ts";
import { utf8Bytes } from "../../../base/text/text.ts";
import { RequestBodyError, type StreamedBody } from "./streamed_body.ts";

/** Up to this size, in bytes, a piece is sent in one write with its chunk framing. */
const SMALL_PIECE = 16 * 1024;
const NOTHING = new Uint8Array();
const CRLF = utf8Bytes("\r\n");
const LAST_CHUNK = utf8Bytes("0\r\n\r\n");

/** The destination of a body. */
export interface BodySink {
  /** Whether writing must stop without taking more of the body: another request may use it. */
  readonly isOver: boolean;
  /** Writes all of the bytes, if there are any; with the last ones the request is complete. */
  write(bytes: Uint8Array, isLast: boolean): Promise<void>;
}

/**
 * Writes a body. Each piece is taken after the previous one has been written.
 *
 * @throws {RequestBodyError} When its stream fails, or does not have the declared length. The server then never
 * receives a complete request.
 * @throws What the sink throws.
 */
export function writeBody(body: StreamedBody, sink: BodySink): Promise<void> {
  return body.length === undefined ? writeChunks(body, sink) : writeLength(body, body.length, sink);
}

async function writeLength(body: StreamedBody, length: number, sink: BodySink): Promise<void> {
  let left = length;
  let last: Uint8Array = NOTHING;
  for (let piece = await next(body, sink); piece !== undefined; piece = await next(body, sink)) {
    left -= piece.length;
    if (left < 0) throw new RequestBodyError("the request's body is longer than was declared");
    // After the declared last piece, the server would take a body that is too long as complete.
    if (left === 0) last = piece;
    else await sink.write(piece, false);
  }
  if (left > 0) throw new RequestBodyError("the request's body is shorter than was declared");
  await sink.write(last, true);
}

async function writeChunks(body: StreamedBody, sink: BodySink): Promise<void> {
  for (let piece = await next(body, sink); piece !== undefined; piece = await next(body, sink)) {
    const size = utf8Bytes(`${piece.length.toString(16)}\r\n`);
    if (piece.length > SMALL_PIECE) {
      await sink.write(size, false);
      await sink.write(piece, false);
      await sink.write(CRLF, false);
    } else await sink.write(joinBytes([size, piece, CRLF]), false);
  }
  await sink.write(LAST_CHUNK, true);
}

/** The next piece that is not empty, since an empty chunk would end the body. */
async function next(body: StreamedBody, sink: BodySink): Promise<Uint8Array | undefined> {
  while (true) {
    const piece = await body.peek();
    if (sink.isOver) throw new RequestBodyError("the request is over");
    if (piece === undefined) return undefined;
    body.take();
    if (piece.length > 0) return piece;
  }
}
