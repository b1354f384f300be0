/**
 * The bytes of an upload, which are sent on while they arrive. Nothing is read before upstream has taken what was
 * read before, so a call holds one piece at a time, however large the file and however slow upstream.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { StreamedBody } from "../../upstream/wire/http/streamed_body.ts";
import type { CallRecord } from "../call/call_record.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import { BodyReader } from "./body_reader.ts";
import { contentCoding } from "./content_encoding.ts";

/** Bytes per read: most that one call holds. Deno reads no more at once. */
const PIECE_BYTES = 64 * 1024;

/** The limits of an upload. */
export interface UploadLimits {
  /** Largest file, in bytes. */
  readonly maxBytes: number;
  /** How many bytes of the file were sent before, as the client says. */
  readonly offset: number;
  /** Gets how many bytes arrived. */
  readonly record: Pick<CallRecord, "bytesIn">;
  /** Gets the bytes as they arrive, which must be used at once: their buffer is used again. */
  readonly onPiece?: ((piece: Uint8Array) => void) | undefined;
}

/**
 * Creates the body for upstream. Nothing is read before the first piece is asked for, so that a client that
 * waits for "100 Continue" gets a refusal before it sends anything. A piece keeps its bytes until the second one
 * after it is asked for: two buffers take turns, since new ones for each piece would leave much garbage.
 *
 * @param call Its time-out counts the client's silence from now on.
 * @throws {RpcError} 413 for a file that is too large as declared, 415 for a compressed body. The stream fails
 * with 413 for one that turns out to be too large, and with 400 if the client breaks off.
 */
export function uploadBody(call: WatchedCall, limits: UploadLimits): StreamedBody {
  const { request } = call;
  if (contentCoding(request.headers) !== undefined) throw compressed();
  const length = declaredLength(request.headers);
  const mostBytes = limits.maxBytes - limits.offset;
  if ((length ?? 0) > mostBytes) throw tooLarge(limits);
  let reader: BodyReader | undefined;
  let isOpen = false;
  let bytes = 0;
  const buffers = new TwoBuffers();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (!isOpen) reader = BodyReader.of(request);
      isOpen = true;
      const piece = reader && await nextPiece(call, { reader, buffers });
      if (piece === undefined) return controller.close();
      bytes += piece.length;
      limits.record.bytesIn += piece.length;
      if (bytes > mostBytes) throw tooLarge(limits);
      limits.onPiece?.(piece);
      controller.enqueue(piece);
    },
    // The rest stays unread, so that it can be read and dropped after an error response.
    cancel: () => reader?.release(),
  }, { highWaterMark: 0 });
  return new StreamedBody(stream, { length });
}

/** Lends the buffer that was put before the last one. */
class TwoBuffers {
  #last: ArrayBuffer | undefined;
  #spare: ArrayBuffer | undefined;

  /** Must be followed by {@linkcode put}, or the buffer is not used again. */
  take(): Uint8Array<ArrayBuffer> {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare === undefined ? new Uint8Array(PIECE_BYTES) : new Uint8Array(spare);
  }

  put(buffer: ArrayBuffer): void {
    this.#spare = this.#last;
    this.#last = buffer;
  }
}

/** The next bytes of the client; undefined at the end. */
async function nextPiece(
  call: WatchedCall,
  { reader, buffers }: { readonly reader: BodyReader; readonly buffers: TwoBuffers },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  call.waitForClient(true);
  try {
    const { done, value } = await reader.read(buffers.take());
    if (value !== undefined && reader.fillsRoom) buffers.put(value.buffer);
    return done ? undefined : value;
  } catch {
    throw new RpcError("INVALID_ARGUMENT", "Cannot read the upload: it ended too early");
  } finally {
    call.waitForClient(false);
  }
}

/** The declared length, in bytes; undefined if the body is chunked: that overrides a length. */
function declaredLength(headers: Headers): number | undefined {
  if (headers.has("transfer-encoding")) return undefined;
  return Number(headers.get("content-length") ?? 0);
}

/**
 * The error for a file that is too large.
 *
 * @param limits What the gateway accepts.
 */
export function tooLarge({ maxBytes }: Pick<UploadLimits, "maxBytes">): RpcError {
  const mebibytes = Number((maxBytes / (1024 * 1024)).toFixed(3));
  return new RpcError(
    "INVALID_ARGUMENT",
    `The file is larger than ${mebibytes} MiB, the most this gateway accepts; files.max_upload_mib raises it`,
    { code: 413 },
  );
}

function compressed(): RpcError {
  return new RpcError(
    "INVALID_ARGUMENT",
    "An upload must not be compressed: Google would keep the compressed bytes. Send no Content-Encoding",
    { code: 415 },
  );
}
