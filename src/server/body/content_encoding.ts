/**
 * Compressed request bodies.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1} the codings
 * @module
 */
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { delay } from "../../base/delay.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** The supported codings of a request body. */
export type ContentCoding = "gzip" | "deflate" | "br";

const CODINGS: ReadonlyMap<string, ContentCoding | undefined> = new Map([
  ["", undefined],
  ["identity", undefined],
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
]);

/** Size of the decompressor's output chunks, in bytes. */
const PIECE_BYTES = 64 * 1024;

/** Decompression yields to other calls after this many bytes, which take about 1 ms. */
const TURN_BYTES = 1024 * 1024;

/**
 * The coding of a request's body; undefined if it is not compressed.
 *
 * @throws {RpcError} 415 for an unsupported coding, or several codings.
 */
export function contentCoding(headers: Headers): ContentCoding | undefined {
  const given = headers.get("content-encoding") ?? "";
  const coding = given.trim().toLowerCase();
  if (CODINGS.has(coding)) return CODINGS.get(coding);
  throw new RpcError(
    "INVALID_ARGUMENT",
    `The Content-Encoding "${
      given.slice(0, 40)
    }" is not supported. Compress the body with gzip, deflate ` +
      "or br, or not at all",
    { code: 415 },
  );
}

/**
 * Decompresses a body in pieces. Truncated Brotli data ends without an error; with other codings it is one.
 *
 * @param compressed The whole body.
 * @throws {RpcError} INVALID_ARGUMENT for bytes that are not in that coding, or are truncated.
 */
export async function* decompressed(
  compressed: Uint8Array,
  coding: ContentCoding,
): AsyncGenerator<Uint8Array> {
  const decompressor = decompressorFor(compressed, coding);
  decompressor.end(compressed);
  let bytes = 0;
  try {
    for await (const piece of decompressor) {
      yield piece;
      bytes += piece.length;
      // The decompressor does not yield by itself while it is read.
      if (bytes < TURN_BYTES) continue;
      bytes = 0;
      await delay();
    }
  } catch (error) {
    if (error instanceof RpcError) throw error;
    throw new RpcError(
      "INVALID_ARGUMENT",
      `Cannot read the request body: it is incomplete, or not ${coding} as its Content-Encoding says`,
    );
  } finally {
    decompressor.destroy();
  }
}

function decompressorFor(compressed: Uint8Array, coding: ContentCoding) {
  const options = { chunkSize: PIECE_BYTES };
  switch (coding) {
    case "gzip":
      return createGunzip(options);
    case "br":
      return createBrotliDecompress(options);
    case "deflate":
      // "deflate" means zlib format, but some clients omit the zlib header.
      return hasZlibHeader(compressed) ? createInflate(options) : createInflateRaw(options);
  }
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc1950#section-2.2} */
function hasZlibHeader([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}
