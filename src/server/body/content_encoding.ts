/**
 * Compressed request bodies.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1} the codings
 * @module
 */
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { delay } from "../../base/delay.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** The codings that a request body may have, besides none. */
export type ContentCoding = "gzip" | "deflate" | "br";

const CODINGS: ReadonlyMap<string, ContentCoding | undefined> = new Map([
  ["", undefined],
  ["identity", undefined],
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
]);

/** Bytes that come out of a decompressor at once. */
const PIECE_BYTES = 64 * 1024;

/** After so many bytes others get their turn: decompressing them takes about a ms. */
const TURN_BYTES = 1024 * 1024;

/**
 * How a request's body is compressed; undefined where it is not.
 *
 * @throws {RpcError} 415 for a coding that is not taken, or several.
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
 * The pieces of a body as they were before they were compressed. They end early, and without an error,
 * only where the compressed bytes of Brotli do.
 *
 * @param compressed The whole body.
 * @throws {RpcError} INVALID_ARGUMENT for bytes that are not of that coding, or end too soon.
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
      // The decompressor works without a pause while it is read.
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
      // Some clients leave out the zlib header that the name stands for.
      return hasZlibHeader(compressed) ? createInflate(options) : createInflateRaw(options);
  }
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc1950#section-2.2} */
function hasZlibHeader([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}
